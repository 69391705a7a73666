import type { KeysFile } from '../../app/enrol/write-keys.ts';
import { keysFileOf } from '../../app/keys-file.ts';
import type { World } from './world.ts';

/** The keys file beside a topology. */
export function keysFile(world: World, topologyFile: string): KeysFile {
  const name = keysFileOf(topologyFile);
  return {
    name,
    read: async () => new TextDecoder().decode(await world.files.read(name)),
    write: (text) => world.files.write(name, text),
  };
}
