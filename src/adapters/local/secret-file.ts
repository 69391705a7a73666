import { mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SecretFile } from '../../app/github-app/ports.ts';
import { UsageError } from '../terminal/options.ts';

/** Makes a file that only this user may read. One that is there is left alone: what it holds may be nowhere else. */
export async function reserveSecretFile(path: string): Promise<SecretFile> {
  const unwritable = (error: unknown) => {
    throw new UsageError(
      `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch(unwritable);
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!isThere) return unwritable(error);
    throw new UsageError(
      `${path} is there already: delete it if it is of no use, or name another with --out`,
    );
  });
  // Whatever the umask is.
  await file.chmod(0o600);
  return {
    async write(text) {
      try {
        await file.truncate(0);
        await file.write(text, 0);
        // It cannot be had a second time.
        await file.sync();
      } catch (error) {
        unwritable(error);
      }
    },
    async discard() {
      await file.close();
      await unlink(path);
    },
  };
}
