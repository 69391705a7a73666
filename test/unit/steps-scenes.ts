import { readFileSync } from 'node:fs';
import { check, type Examined } from '../../src/app/check.ts';
import type { EXAMPLES } from '../examples.ts';
import type { Topology } from '../../src/core/model/topology.ts';

type Edit = (text: string) => string;

/** An example as it stands, or with an edit as a person would make it in the file or in the keys; hosts that the file lacks have no keys. */
export function edited(
  name: (typeof EXAMPLES)[number],
  edit: Edit = (text) => text,
  editKeys: Edit = (text) => text,
): Examined & { readonly value: Topology } {
  const read = (file: string) => readFileSync(`examples/${name}/${file}`, 'utf8');
  const [topology, keys] = [edit(read('topology.yaml')), editKeys(read('topology.keys.yaml'))];
  const bytes = (text: string) => new TextEncoder().encode(text);
  const examined = check({
    topology: { file: 'topology.yaml', bytes: bytes(topology) },
    keys: { file: 'topology.keys.yaml', bytes: bytes(keys) },
  });
  if (!examined.value) throw new Error(JSON.stringify(examined.diagnostics));
  return { ...examined, value: examined.value };
}

export function replaced(from: string | RegExp, to: string): Edit {
  return (text) => {
    if (text.replace(from, '') === text) throw new Error(`the example has no ${String(from)}`);
    return text.replace(from, to);
  };
}

/** `rack` of the example `five-clusters`. */
export const RACK = / {2}rack:[\s\S]*?(?= {2}staging:)/;
export const RACK_KEYS = /^rack\/.*\n/gm;
