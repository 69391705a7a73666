import { ANSWER_SCRIPT } from '../../src/adapters/twin/answer.ts';
import type { HostSpec } from '../../src/adapters/twin/host-spec.ts';
import type { HostFile } from '../../src/core/model/file.ts';
import networkScript from './network.sh';

const LAB = 'usr/lib/kuiil-lab';
const UNITS = 'etc/systemd/system';
/** There once a boot has brought sshd and the answering service up. */
export const READY = 'run/kuiil-lab-ready';

/** The units of the lab in every full host, enabled. */
export function sharedUnits(): readonly HostFile[] {
  return [
    file(`${LAB}/network.sh`, networkScript),
    file(`${LAB}/answer.pl`, ANSWER_SCRIPT),
    ...MASKED.map((unit) => file(`${UNITS}/${unit}`, '')),
    // In memory, little (journald.conf(5)).
    file('etc/systemd/journald.conf.d/lab.conf', '[Journal]\nStorage=volatile\nRuntimeMaxUse=4M\n'),
    // Ubuntu starts sshd by a socket; the service is what most hosts have.
    file(`${UNITS}/multi-user.target.d/ssh.conf`, '[Unit]\nWants=ssh.service\n'),
    ...enabled('lab-network.service', 'sysinit.target', NETWORK),
    ...enabled('lab-answer.service', 'multi-user.target', ANSWER),
  ];
}

/** What one full host has on its disk beside what a light one has. */
export function ownFiles(spec: HostSpec, machineId: string): readonly HostFile[] {
  // A private file's folder would be made private: here these are public.
  const boot = spec.boot.map(({ path, text }) => file(`${LAB}/${path}`, text));
  const port = /^Port .*$/m.exec(spec.disk.find(({ path }) => path === SSHD)!.text)![0];
  return [
    ...boot,
    file(`${LAB}/answer.env`, `NAME=${spec.host}\n`),
    file('etc/machine-id', `${machineId}\n`),
    // sshd as Debian configures it, with its limits; only the port is the topology's.
    file('etc/ssh/sshd_config.d/lab.conf', `${port}\n`),
    ...spec.disk.filter(({ path }) => path !== SSHD),
  ];
}

const SSHD = 'etc/ssh/sshd_config';

/**
 * What a container has no use for and fifty of them would pay for: kernel modules, consoles, logins by seat, housekeeping.
 * An empty file masks a unit, as a link to /dev/null does (systemd.unit(5)).
 */
const MASKED = [
  'ssh.socket',
  'modprobe@.service',
  'systemd-modules-load.service',
  'systemd-journal-flush.service',
  'dev-hugepages.mount',
  'dev-mqueue.mount',
  'sys-fs-fuse-connections.mount',
  'sys-kernel-config.mount',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
  'apt-daily-upgrade.timer',
  'apt-daily.timer',
  'console-getty.service',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty-static.service',
  'getty.target',
  'logrotate.timer',
  'systemd-logind.service',
  'systemd-tmpfiles-clean.timer',
  'systemd-update-utmp.service',
  'systemd-update-utmp-runlevel.service',
];

// Before systemd-sysctl, which applies what is in /etc/sysctl.d over it, and before anything that wants a network.
const NETWORK = `[Unit]
Description=Lab: what the distribution, the CNI and kube-proxy configure
DefaultDependencies=no
Before=systemd-sysctl.service network-pre.target
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/bash /${LAB}/network.sh
`;

const ANSWER = `[Unit]
Description=Lab: a service that answers
After=ssh.service lab-network.service

[Service]
EnvironmentFile=/${LAB}/answer.env
ExecStart=/usr/bin/perl /${LAB}/answer.pl \${NAME} 8080 ready
ExecStartPost=/bin/touch /${READY}
`;

/** A unit, and a drop-in by which the target wants it: a disk is laid down without links. */
function enabled(name: string, target: string, text: string): readonly HostFile[] {
  return [
    file(`${UNITS}/${name}`, text),
    file(`${UNITS}/${target}.d/${name}.conf`, `[Unit]\nWants=${name}\n`),
  ];
}

function file(path: string, text: string): HostFile {
  return { path, mode: 0o644, text };
}
