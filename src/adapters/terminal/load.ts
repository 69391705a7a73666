import { check } from '../../app/check.ts';
import type { Checked } from '../../core/model/diagnostic.ts';
import type { Topology } from '../../core/model/topology.ts';
import { UsageError } from './options.ts';
import type { World } from './world.ts';

export interface Loaded {
  readonly file: string;
  readonly text: string;
  readonly checked: Checked<Topology>;
}

/** Reads a topology and the keys file beside it (`topology.keys.yaml` for `topology.yaml`). */
export async function load(world: World, file: string): Promise<Loaded> {
  const bytes = await world.files.read(file);
  if (bytes === undefined) throw new UsageError(`there is no file ${file}: name the topology with -f FILE`);
  const keysFile = keysFileOf(file);
  const keys = await world.files.read(keysFile);
  const checked = check({
    topology: { file, bytes },
    ...(keys === undefined ? {} : { keys: { file: keysFile, bytes: keys } }),
  });
  return { file, text: new TextDecoder().decode(bytes), checked };
}

export function keysFileOf(file: string): string {
  return file.replace(/(\.ya?ml)?$/, (ending) => `.keys${ending === '' ? '.yaml' : ending}`);
}
