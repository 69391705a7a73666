import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_BYTES = 8 * 1024 * 1024;

/** A file as it was at a commit of the repository that it is in; undefined where there is no such commit, file or repository. */
export async function readAtCommit(commit: string, file: string): Promise<Uint8Array | undefined> {
  // An argument that begins with a dash would be an option, and one with a colon another path.
  if (!/^[0-9A-Za-z][\w./@^~-]*$/.test(commit)) return undefined;
  const git = ['-C', dirname(file), 'show', '--end-of-options', `${commit}^{commit}:./${basename(file)}`];
  try {
    const { stdout } = await run('git', git, { encoding: 'buffer', maxBuffer: MAX_BYTES });
    return stdout;
  } catch {
    return undefined;
  }
}
