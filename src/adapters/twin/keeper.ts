import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HostFile } from '../../core/model/file.ts';
import keeperScript from './keeper.sh';
import { registryDirectory } from './registry.ts';
import { BASH, start } from './run.ts';

/** The mount and pid namespaces that a twin's hosts live in. They end with this process, however it ends. */
export interface Keeper {
  readonly pid: string;
  /** The twin's own tmpfs, as a process in the keeper's mount namespace sees it. */
  readonly directory: string;
  /** Writes files below the twin's tmpfs. The machine's own mounts do not show it. */
  write(below: string, files: readonly HostFile[]): void;
  /** Ends everything in the twin; resolves when it has ended. */
  end(): Promise<void>;
}

const END_MS = 5_000;

export async function startKeeper(id: string): Promise<Keeper> {
  const directory = join(registryDirectory(id), 'fs');
  const unshare = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
  const started = start([...unshare, ...BASH, keeperScript, 'kuiil-twin', directory], {
    holdsStdin: true,
  });
  const pid = await started.line();
  return {
    pid,
    directory,
    write(below, files) {
      for (const file of files) {
        const path = join(`/proc/${pid}/root`, directory, below, file.path);
        // A directory that is made for a private file is private.
        mkdirSync(dirname(path), { recursive: true, mode: file.mode === 0o600 ? 0o700 : 0o755 });
        writeFileSync(path, file.text);
        chmodSync(path, file.mode);
      }
    },
    async end() {
      const timer = setTimeout(() => started.kill(), END_MS);
      started.closeStdin();
      await started.ended;
      clearTimeout(timer);
    },
  };
}
