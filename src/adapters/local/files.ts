import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../terminal/options.ts';
import type { Files } from '../terminal/world.ts';

/** More than any file that Kuiil reads may have; what is too large for its kind is refused where it is parsed. */
const MAX_BYTES = 64 * 1024 * 1024;

let reading = 0;

/** Whether a file is being read: a pipe that nobody writes to keeps the program waiting, and only a signal can end that. */
export function isReading(): boolean {
  return reading > 0;
}

/** The files of this machine, relative to the working directory. */
export const localFiles: Files = {
  async read(path) {
    reading += 1;
    try {
      return await readWhole(path);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw code === undefined ? error : new UsageError(`${path} cannot be read: ${WORDS[code] ?? code}`);
    } finally {
      reading -= 1;
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

const WORDS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a directory',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  ELOOP: 'its links go round in a circle',
  ENAMETOOLONG: 'its name is too long',
};

async function readWhole(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new UsageError(`${path} cannot be read: it is larger than 64 MiB`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
