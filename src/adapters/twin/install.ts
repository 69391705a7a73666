import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { Progress } from '../../app/ports.ts';
import { installCommand, missingPackages } from './prerequisites.ts';
import { must, run } from './run.ts';

// A Debian package starts its service as it is installed, unless this says no (policy-rc.d(8)).
const POLICY = '/usr/sbin/policy-rc.d';
const TIMEOUT_MS = 10 * 60_000;

/**
 * Installs the Debian packages that a twin lacks. A machine that had no SSH server has none running afterwards either,
 * nor at its next boot: the twin only needs the program. Throws a FaultError when apt-get fails.
 */
export async function installPrerequisites(progress: Progress): Promise<void> {
  const packages = await missingPackages();
  if (packages.length === 0) return;
  progress.step(installCommand(packages));
  const ownsPolicy = !existsSync(POLICY);
  if (ownsPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // The proxy that apt-get uses may be named in the environment only.
    const env = Object.fromEntries(Object.entries(process.env).filter(isProxy));
    const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'Dpkg::Lock::Timeout=120'];
    await must([...apt, 'update'], { timeoutMs: TIMEOUT_MS, env });
    await must([...apt, 'install', '-y', '--no-install-recommends', ...packages], {
      timeoutMs: TIMEOUT_MS,
      env,
    });
  } finally {
    if (ownsPolicy) rmSync(POLICY, { force: true });
  }
  if (packages.includes('openssh-server') && existsSync('/run/systemd/system')) {
    await run(['systemctl', 'disable', '--quiet', 'ssh.service', 'ssh.socket']);
  }
}

function isProxy(entry: [string, string | undefined]): entry is [string, string] {
  return /^(https?|no|all)_proxy$/i.test(entry[0]) && entry[1] !== undefined;
}
