import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BASH, must } from '../../src/adapters/twin/run.ts';
import { proxies } from './install.ts';
import rootScript from './root.sh';

const CACHE = '/var/cache/kuiil-lab';
const PACKAGES = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'wireguard-tools',
  'wireguard-go',
  'iptables',
  'iproute2',
  'iputils-ping',
  'procps',
  'kmod',
  'perl-base',
];
// One minute over a good line; whoever waits for the lock waits as long.
const TIMEOUT_MS = 15 * 60_000;

/**
 * The Debian root of the lab's hosts, made at the first call and kept for all later ones on this machine. Of the suite that this
 * machine runs, from the mirror that its own apt uses. Whoever asks while it is made waits for it.
 *
 * @param more packages that the hosts have beside what they need
 * @param say told when it has to be made, which takes one to three minutes
 */
export async function hostRoot(more: readonly string[], say: (line: string) => void): Promise<string> {
  const source = await aptSource();
  const packages = [...PACKAGES, ...more];
  const recipe = [rootScript, source.suite, source.components, ...packages].join('\n');
  const root = join(CACHE, createHash('sha256').update(recipe).digest('hex').slice(0, 16));
  if (existsSync(root)) return root;
  say(`making a ${source.suite} root for full hosts in ${root}`);
  mkdirSync(CACHE, { recursive: true });
  const make = [...BASH, rootScript, 'root.sh', root, source.suite, source.mirror, source.components];
  // Asked again under the lock: another run may have made it meanwhile.
  const once = 'if [[ ! -e $1 ]]; then shift; exec unshare --mount --pid --fork --kill-child "$@"; fi';
  const locked = ['flock', join(CACHE, 'lock'), ...BASH, once, 'once', root, ...make, packages.join(',')];
  await must(locked, { timeoutMs: TIMEOUT_MS, env: proxies() });
  return root;
}

interface AptSource {
  readonly suite: string;
  readonly mirror: string;
  readonly components: string;
}

/** Where this machine's apt gets the packages of the release that it runs. */
async function aptSource(): Promise<AptSource> {
  const release = readFileSync('/etc/os-release', 'utf8');
  const suite = /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(release)?.[1];
  if (!suite) throw new Error('/etc/os-release names no VERSION_CODENAME: the lab needs Debian or Ubuntu');
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const targets = await must(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages']);
  const rows = targets.split('\n').map((line) => line.split(' '));
  const ours = rows.filter(([, release, component]) => release === suite && component !== undefined);
  const mirror = ours[0]?.[0];
  if (!mirror) throw new Error(`apt on this machine has no source for ${suite}`);
  const components = ours.filter(([uri]) => uri === mirror).map(([, , component]) => component);
  return { suite, mirror, components: [...new Set(components)].join(',') };
}
