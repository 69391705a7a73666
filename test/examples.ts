import { readFileSync } from 'node:fs';
import { check } from '../src/app/check.ts';
import type { Topology } from '../src/core/model/topology.ts';

export const EXAMPLES = ['guide', 'two-clusters', 'five-clusters', 'every-node', 'dual-stack'] as const;

/** A checked topology of `examples/`, with the keys file beside it. */
export function example(name: (typeof EXAMPLES)[number]): Topology {
  const file = `examples/${name}/topology.yaml`;
  const keys = `examples/${name}/topology.keys.yaml`;
  const checked = check({
    topology: { file, bytes: readFileSync(file) },
    keys: { file: keys, bytes: readFileSync(keys) },
  });
  if (!checked.value) throw new Error(`${file} is refused: ${JSON.stringify(checked.diagnostics)}`);
  return checked.value;
}
