import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { registryDirectory } from '../../src/adapters/twin/registry.ts';

// The hierarchies in which systemd keeps track of processes: the only one there is, or on a machine with the old ones systemd's
// own, and beside it the new one, whose path systemd-nspawn takes for both when it is mounted.
const MOUNT = '/sys/fs/cgroup';
const HIERARCHIES = existsSync(join(MOUNT, 'cgroup.controllers'))
  ? [MOUNT]
  : [join(MOUNT, 'systemd'), join(MOUNT, 'unified')].filter((path) => existsSync(path));
const PREFIX = 'kuiil-lab.';

/** An empty cgroup for one boot of a host, in each hierarchy; those of its last boot are removed. */
export function freshCgroups(id: string, host: string): readonly string[] {
  const paths = HIERARCHIES.map((hierarchy) => join(hierarchy, PREFIX + id, host));
  for (const path of paths) {
    remove(path);
    mkdirSync(path, { recursive: true });
  }
  return paths;
}

/** Removes the cgroups of labs that are no more. */
export function clearCgroups(): void {
  for (const hierarchy of HIERARCHIES) {
    for (const name of folders(hierarchy)) {
      const isLab = name.startsWith(PREFIX);
      if (isLab && !existsSync(registryDirectory(name.slice(PREFIX.length)))) remove(join(hierarchy, name));
    }
  }
}

// The kernel's own files vanish with a cgroup; only the groups below it have to go first. One that is gone already was cleared by
// somebody else, and one that is busy belongs to a killed run that is still ending: a later run clears it.
function remove(path: string): void {
  for (const below of folders(path)) remove(join(path, below));
  try {
    rmdirSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && ['ENOENT', 'EBUSY'].includes(String(error.code)))) {
      throw error;
    }
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
