import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Files } from '../terminal/world.ts';

/** The files of this machine, relative to the working directory. */
export const localFiles: Files = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  async write(path, text, mode = 0o644) {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'w', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  },
};

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
