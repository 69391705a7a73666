import type { Finding } from '../model/diagnostic.ts';
import type { Topology } from '../model/topology.ts';
import { RULES } from './rules.ts';

/** What every rule finds, in the order of the table. */
export function validate(topology: Topology): readonly Finding[] {
  return RULES.flatMap((rule) => rule(topology));
}
