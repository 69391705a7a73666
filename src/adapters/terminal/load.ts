import { check, type Examined } from '../../app/check.ts';
import { keysFileOf } from '../../app/keys-file.ts';
import type { Written } from '../../app/rehearse.ts';
import { UsageError } from './options.ts';
import { diagnosed } from './result.ts';
import type { World } from './world.ts';

export interface Loaded {
  readonly file: string;
  readonly text: string;
  readonly checked: Examined;
}

/** Reads a topology and the keys file beside it (`topology.keys.yaml` for `topology.yaml`). */
export async function load(world: World, file: string): Promise<Loaded> {
  const bytes = await world.files.read(file);
  if (bytes === undefined) throw new UsageError(`there is no file ${file}: name the topology with -f FILE`);
  const keysFile = keysFileOf(file);
  const keys = await world.files.read(keysFile);
  const checked = check(
    { topology: { file, bytes }, ...(keys === undefined ? {} : { keys: { file: keysFile, bytes: keys } }) },
    world.today(),
  );
  return { file, text: new TextDecoder().decode(bytes), checked };
}

/** The topology that a plan starts from. */
export async function loadBase(world: World, file: string): Promise<Written> {
  const { checked, text } = await load(world, file);
  if (checked.value !== undefined) return { topology: checked.value, text };
  world.stderr.write(`${diagnosed(world, checked).text()}\n`);
  throw new UsageError(`the base ${file} is not valid: a plan starts from a topology that is`);
}
