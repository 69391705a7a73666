import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installPrerequisites } from '../../src/adapters/twin/install.ts';
import { must } from '../../src/adapters/twin/run.ts';
import type { Progress } from '../../src/app/ports.ts';

/** What the lab runs beside the twin's programs, and the package that has it. */
const PROGRAMS = { debootstrap: 'debootstrap', 'systemd-nspawn': 'systemd-container' };

const APT = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'Dpkg::Lock::Timeout=120'];
const TIMEOUT_MS = 10 * 60_000;

/** Installs what this machine lacks for a lab. Neither of the lab's own packages starts anything. */
export async function installMissing(progress: Progress): Promise<void> {
  await installPrerequisites(progress);
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isInstalled(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  progress.step(`apt-get install ${packages.join(' ')}`);
  const options = { timeoutMs: TIMEOUT_MS, env: proxies() };
  await must([...APT, 'update'], options);
  await must([...APT, 'install', '-y', '--no-install-recommends', ...packages], options);
}

/** The proxies that apt and debootstrap's wget know of by these names only. */
export function proxies(): Record<string, string> {
  const isProxy = (entry: [string, string | undefined]): entry is [string, string] =>
    /^(https?|no|all)_proxy$/i.test(entry[0]) && entry[1] !== undefined;
  return Object.fromEntries(Object.entries(process.env).filter(isProxy));
}

function isInstalled(program: string): boolean {
  return ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) => existsSync(join(folder, program)));
}
