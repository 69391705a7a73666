import type { ProbeResult } from '../model/probe.ts';
import { phasesJson } from './deployment-json.ts';
import type { Document } from './document.ts';
import { tally } from './tally.ts';

interface MatrixFacts {
  /** Milliseconds, by phase. */
  readonly phases?: ReadonlyMap<string, number>;
  readonly notes?: readonly string[];
}

/** The document of kind `rehearse`. */
export function matrixJson(
  probes: readonly ProbeResult[],
  { phases = new Map(), notes = [] }: MatrixFacts = {},
): Document {
  return { kuiil: 1, kind: 'rehearse', ...reachJson(probes), notes, phases: phasesJson(phases) };
}

/** What was reached of what was probed, the part that a stage of a rehearsal has too. */
export function reachJson(probes: readonly ProbeResult[]) {
  const { rows, failed, reached, probed } = tally(probes);
  return {
    complete: probed > 0 && reached === probed,
    reached,
    probed,
    matrix: rows.flatMap(({ from, to, cells }) =>
      [...cells].map(([kind, cell]) => ({ from, to, kind, ...cell })),
    ),
    failed: failed.map(({ from, to, kind, family }) => ({ from, to, kind, family })),
  };
}
