import { patchKeys, type HostEntry } from '../../core/edit/keys.ts';
import { FaultError, type Fault } from '../../core/model/fault.ts';
import type { HostName } from '../../core/model/name.ts';

/** The keys file; what is not there yet reads as empty. */
export interface KeysFile {
  readonly name: string;
  read(): Promise<string>;
  write(text: string): Promise<void>;
}

/** Puts keys into the file; answers whether it had to be changed. Throws a FaultError where it cannot be edited. */
export async function writeKeys(
  entries: ReadonlyMap<HostName, HostEntry>,
  keysFile: KeysFile,
): Promise<boolean> {
  const before = await keysFile.read();
  const patched = entries.size === 0 ? { text: before } : patchKeys(before, entries);
  if ('alias' in patched) throw new FaultError(notEditable(keysFile.name, patched.alias));
  if (patched.text === before) return false;
  await keysFile.write(patched.text);
  return true;
}

function notEditable(file: string, path: readonly string[]): Fault {
  return {
    code: 'file/not-editable',
    step: 'write the keys file',
    cause: `${path.join('/')} in ${file} is an alias, or has an anchor: what stands elsewhere would change with it`,
    hint: 'write it out, and run this again',
    stateNow: 'the file is as it was; keys are pinned where that is said above',
  };
}
