import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { localFiles } from '../../src/adapters/local/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'kuiil-reading-'));

it('says why a file cannot be read, and nothing of one that is not there', async () => {
  mkdirSync(join(folder, 'directory'));
  await expect(localFiles.read(join(folder, 'directory'))).rejects.toThrow(
    /cannot be read: it is a directory$/,
  );
  await expect(localFiles.read('/dev/zero')).rejects.toThrow(/larger than 64 MiB$/);
  expect(await localFiles.read(join(folder, 'nothing'))).toBeUndefined();
  expect(await localFiles.read(join(folder, 'nothing', 'at all'))).toBeUndefined();
});

it.each(['SIGINT', 'SIGTERM'] as const)('is ended by %s while nobody writes to the pipe', async (signal) => {
  const pipe = join(folder, signal);
  execFileSync('mkfifo', [pipe]);
  const child = spawn(process.execPath, ['dist/cli.js', 'validate', '-f', pipe]);
  const ended = new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
  await wait(1500);
  child.kill(signal);
  expect(await ended).toBe(signal);
});
