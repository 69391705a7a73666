import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bringUp } from '../../src/adapters/twin/twin.ts';
import type { BringUpOptions, TwinNetwork } from '../../src/adapters/twin/network.ts';
import { check } from '../../src/app/check.ts';
import type { Topology } from '../../src/core/model/topology.ts';

/** The topology of one of the examples, with a keys file of our own. */
export function example(name: string, keys = ''): Topology {
  const file = join(import.meta.dirname, '../../examples', name, 'topology.yaml');
  return topologyOf(readFileSync(file, 'utf8'), keys);
}

export function topologyOf(text: string, keys = ''): Topology {
  const { value, diagnostics } = check({
    topology: { file: 'topology.yaml', bytes: Buffer.from(text) },
    keys: { file: 'topology.keys.yaml', bytes: Buffer.from(keys) },
  });
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return value;
}

export function up(topology: Topology, options: Partial<BringUpOptions> = {}): Promise<TwinNetwork> {
  return bringUp(topology, {
    sample: 99,
    masquerade: false,
    progress: { step: () => undefined },
    ...options,
  });
}
