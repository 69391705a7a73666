import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bringUp } from '../../src/adapters/twin/twin.ts';
import type { BringUpOptions, TwinNetwork } from '../../src/adapters/twin/network.ts';
import { check } from '../../src/app/check.ts';
import { hosts, type Topology } from '../../src/core/model/topology.ts';

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

/** The part of a keys file that is about the hosts of this topology: one that is about others is refused. */
export function keysOf(topologyText: string, keysFile: string): string {
  const known = new Set<string>(hosts(topologyOf(topologyText)).map((host) => host.name));
  const lines = keysFile.split('\n').filter((line) => known.has(line.split(':')[0]!));
  return lines.map((line) => `${line}\n`).join('');
}
