import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ANSWER_SCRIPT } from '../../src/adapters/twin/answer.ts';
import type { HostName } from '../../src/core/model/name.ts';
import type { Host, HostKind, Site } from '../../src/adapters/twin/host-kind.ts';
import type { HostSpec } from '../../src/adapters/twin/host-spec.ts';
import { loginFiles } from '../../src/adapters/twin/logins.ts';
import { powerOff, powerOn, runInPod, runInside, type Powered } from '../../src/adapters/twin/power.ts';
import { BASH, twinFault } from '../../src/adapters/twin/run.ts';
import { freshCgroups } from './cgroups.ts';
import fullHostScript from './full-host.sh';
import { ownFiles, READY, sharedUnits } from './units.ts';

export interface FullHosts extends HostKind {
  /** What to put before a command so that it runs on the host as it is booted now. */
  enter(host: HostName): readonly string[];
}

/** Hosts that boot Debian's systemd and sshd from this root in containers. */
export function fullHosts(root: string): FullHosts {
  const booted = new Map<HostName, Booted>();
  return {
    prepare(keeper, topology, deployerKey) {
      keeper.write('shared', [...sharedUnits(), ...loginFiles(topology, deployerKey, root)]);
    },
    boot: (spec, site) => bootFullHost({ spec, site, root, booted }),
    startTunnel: (tunnel) => ['systemctl', 'enable', '--quiet', '--now', `wg-quick@${tunnel}`],
    finishBoot: () => ['systemctl', 'is-system-running', '--wait'],
    enter: (host) => ['nsenter', '--target', booted.get(host)!.systemd, '--pid', ...NAMESPACES, '--'],
  };
}

// A boot takes a second; when fifty start at once on two processors, the last of a batch takes several.
const BOOT_MS = 60_000;

interface Booted extends Powered {
  /** The host's own first process, as this machine counts. */
  readonly systemd: string;
}

interface Making {
  readonly spec: HostSpec;
  readonly site: Site;
  readonly root: string;
  /** Where the current boot of each host is noted. */
  readonly booted: Map<HostName, Booted>;
}

async function bootFullHost({ spec, site, root, booted }: Making): Promise<Host> {
  const { keeper } = site;
  const below = join('hosts', spec.namespace);
  keeper.write(join(below, 'upper'), ownFiles(spec, randomUUID().replaceAll('-', '')));
  const boot = async () => {
    const id = spec.namespace.split('.', 1)[0]!;
    const script = [...BASH, fullHostScript, 'full-host', keeper.directory, below, root];
    const command = [...script, spec.host, ANSWER_SCRIPT, ...freshCgroups(id, spec.namespace)];
    const powered = await powerOn(spec, site, command);
    booted.set(spec.host, { ...powered, systemd: await ready(powered.pid, { spec, site, below }) });
  };
  await boot();
  const now = () => booted.get(spec.host)!;
  return {
    name: spec.host,
    exec: (argv, options) =>
      runInside({ pid: now().systemd, namespaces: NAMESPACES }, argv, { ...options, env: { HOME: '/root' } }),
    execInPod: (argv, options) => runInPod(now().pid, spec, argv, options),
    async reboot() {
      await powerOff(now(), spec, site);
      await boot();
    },
  };
}

// With its clock: it counts its uptime from its own boot.
const CLOCK = existsSync('/proc/self/ns/time') ? ['--time'] : [];
const NAMESPACES = [...CLOCK, '--mount', '--uts', '--ipc', '--net', '--cgroup', '--root', '--wd'];

interface Booting {
  readonly spec: HostSpec;
  readonly site: Site;
  readonly below: string;
}

/** The pid of the host's systemd, once it has started what the lab waits for. */
async function ready(nspawn: string, { spec, site, below }: Booting): Promise<string> {
  const deadline = performance.now() + BOOT_MS;
  while (performance.now() < deadline && existsSync(`/proc/${nspawn}`)) {
    const systemd = firstProcess(nspawn);
    if (systemd !== undefined && existsSync(`/proc/${systemd}/root/${READY}`)) return systemd;
    await setTimeout(20);
  }
  const console = join(`/proc/${site.keeper.pid}/root`, site.keeper.directory, below, 'console');
  throw twinFault('it did not boot', { host: spec.host, excerpt: tail(console) });
}

/** The child that is the first process of one more pid namespace (the last field of NSpid, proc(5)). */
function firstProcess(nspawn: string): string | undefined {
  const children = read(`/proc/${nspawn}/task/${nspawn}/children`).trim().split(' ');
  return children.find((pid) => pid !== '' && /^NSpid:.*\t1$/m.test(read(`/proc/${pid}/status`)));
}

function tail(file: string): string {
  return read(file).slice(-2000);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
