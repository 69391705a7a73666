import type { Finding } from '../model/diagnostic.ts';
import type { Topology } from '../model/topology.ts';
import { RULES } from './rules.ts';

/**
 * What the rules find, in the order of their table. All nodes of a name range stand at one place: of what is
 * wrong with them there, the first is told.
 */
export function validate(topology: Topology): readonly Finding[] {
  const told = new Set<string>();
  return RULES.flatMap((rule) => rule(topology)).filter(({ code, at }) => {
    const key = JSON.stringify([code, at.source, ...at.path]);
    return told.size < told.add(key).size;
  });
}
