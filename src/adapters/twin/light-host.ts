import { join } from 'node:path';
import { ANSWER_SCRIPT } from './answer.ts';
import type { Host, HostKind, Site } from './host-kind.ts';
import type { HostSpec } from './host-spec.ts';
import lightHostScript from './light-host.sh';
import { loginFiles } from './logins.ts';
import { powerOff, powerOn, runInPod, runInside } from './power.ts';
import { BASH } from './run.ts';

/** Hosts of the machine's own files, with an sshd and without systemd: 80 ms each. */
export const LIGHT_HOSTS: HostKind = {
  prepare: (keeper, topology, deployerKey) => keeper.write('fresh', loginFiles(topology, deployerKey)),
  boot: bootLightHost,
  startTunnel: (tunnel) => ['wg-quick', 'up', tunnel],
  finishBoot: (tunnel) => ['bash', '-c', BOOT_UNITS, 'boot', tunnel],
};

/** As systemd would do it: the tunnel that is configured, then Kuiil's unit. */
const BOOT_UNITS = `
if [[ -e /etc/wireguard/$1.conf ]]; then wg-quick up "$1"; fi
if [[ -e /var/lib/kuiil/kuiil-host ]]; then bash /var/lib/kuiil/kuiil-host tick; fi`;

async function bootLightHost(spec: HostSpec, site: Site): Promise<Host> {
  const { keeper } = site;
  const below = join('hosts', spec.namespace);
  keeper.write(below, spec.boot);
  keeper.write(join(below, 'upper'), spec.disk);
  const command = [...BASH, lightHostScript, 'light-host', keeper.directory].concat(
    join(keeper.directory, below),
    spec.host,
    ANSWER_SCRIPT,
  );
  const boot = () => powerOn(spec, site, command);
  let booted = await boot();
  return {
    name: spec.host,
    exec: (argv, options) =>
      runInside({ pid: booted.pid, namespaces: ['--mount', '--uts', '--net', '--root', '--wd'] }, argv, {
        ...options,
        env: { HOME: '/root' },
      }),
    execInPod: (argv, options) => runInPod(booted.pid, spec, argv, options),
    async reboot() {
      await powerOff(booted, spec, site);
      booted = await boot();
    },
  };
}
