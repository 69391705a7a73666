import { check } from '../../src/app/check.ts';
import type { Checked, Diagnostic } from '../../src/core/model/diagnostic.ts';
import type { Topology } from '../../src/core/model/topology.ts';

/** A small network that has nothing wrong with it. */
export const SOUND = `version: 1
name: example
wireguard:
  subnet: 192.168.99.0/24
hub:
  endpoint: 203.0.113.1
  tunnel: 192.168.99.1
clusters:
  a:
    subnet: 10.1.0.0/24
    podCIDR: 10.2.0.0/16
    serviceCIDR: 10.3.0.0/16
    nodes:
      master: { address: 10.1.0.10, tunnel: 192.168.99.10 }
      node1: 10.1.0.11
`;

export function checkText(topology: string | Uint8Array, keys?: string): Checked<Topology> {
  return check({
    topology: { file: 'topology.yaml', bytes: typeof topology === 'string' ? bytes(topology) : topology },
    ...(keys !== undefined && { keys: { file: 'topology.keys.yaml', bytes: bytes(keys) } }),
  });
}

export function codes({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): readonly string[] {
  return diagnostics.map((diagnostic) => diagnostic.code);
}

/** `SOUND` with one text replaced, which must be there. */
export function sound(...replacements: readonly (readonly [from: string, to: string])[]): string {
  return replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`no ${from} in the topology`);
    return text.replace(from, to);
  }, SOUND);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
