import type { Finding } from '../model/diagnostic.ts';
import type { Topology } from '../model/topology.ts';

export type Rule = (topology: Topology) => readonly Finding[];

export const RULES: readonly Rule[] = [];
