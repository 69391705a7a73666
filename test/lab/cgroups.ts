import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { registryDirectory } from '../../src/adapters/twin/registry.ts';

// systemd's own hierarchy on a machine with the old ones, else the only one there is.
const MOUNT = existsSync('/sys/fs/cgroup/systemd') ? '/sys/fs/cgroup/systemd' : '/sys/fs/cgroup';
const PREFIX = 'kuiil-lab.';

/** An empty cgroup for one boot of a host; those of its last boot are removed. */
export function freshCgroup(id: string, host: string): string {
  const path = join(MOUNT, PREFIX + id, host);
  remove(path);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Removes the cgroups of labs that are no more. */
export function clearCgroups(): void {
  for (const name of folders(MOUNT)) {
    if (!name.startsWith(PREFIX) || existsSync(registryDirectory(name.slice(PREFIX.length)))) continue;
    remove(join(MOUNT, name));
  }
}

// The kernel's folders vanish with the cgroup; only the groups below it have to go first.
function remove(path: string): void {
  for (const below of folders(path)) remove(join(path, below));
  try {
    rmdirSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

function folders(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}
