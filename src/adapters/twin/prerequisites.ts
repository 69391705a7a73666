import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Missing } from '../../app/rehearse.ts';
import kernelScript from './prerequisites.sh';
import { BASH, run } from './run.ts';

/** Programs that are run here, or on the twin's hosts (`ping` by Kuiil's own probes), and the Debian package that has them. */
const PROGRAMS: readonly (readonly [program: string, debianPackage: string])[] = [
  ['ip', 'iproute2'],
  ['iptables-restore', 'iptables'],
  ['ip6tables-restore', 'iptables'],
  ['wg', 'wireguard-tools'],
  ['wg-quick', 'wireguard-tools'],
  ['sshd', 'openssh-server'],
  ['ping', 'iputils-ping'],
  ['bash', 'bash'],
  ['perl', 'perl-base'],
  ['nsenter', 'util-linux'],
  ['unshare', 'util-linux'],
  ['mount', 'mount'],
];
/** What the kernel is asked for, in words. */
const KERNEL: Readonly<Record<string, string>> = {
  overlay: 'overlayfs, to give each host a disk of its own',
  tun: 'the tun device (CONFIG_TUN), for WireGuard in user space',
  proc: 'the right to mount /proc in a namespace',
  bridge: 'network bridges',
  veth: 'virtual Ethernet pairs',
  iptables: 'iptables with nat, conntrack and TCPMSS',
};

/** What of this machine's a twin cannot do without; empty when one can be brought up. */
export async function missingPrerequisites(): Promise<readonly Missing[]> {
  if (process.platform !== 'linux') return [{ what: 'Linux: a twin is made of network namespaces' }];
  if (process.getuid?.() !== 0) return [{ what: 'root: run this as root, or through sudo' }];
  const kernel = await kernelFaults();
  const packages = packagesFor(kernel);
  const command = installCommand(packages);
  const programs = [
    ...missingPrograms().map(([program]) => program),
    ...(packages.includes('wireguard-go') ? ['wireguard-go (the kernel has no WireGuard)'] : []),
  ];
  return [
    ...(programs.length > 0 ? [{ what: `programs: ${programs.join(', ')}`, command }] : []),
    ...kernel.filter(({ name }) => name !== 'wireguard').map(({ what }) => ({ what })),
  ];
}

/** The Debian packages that would have to be installed, sorted. */
export async function missingPackages(): Promise<readonly string[]> {
  return packagesFor(await kernelFaults());
}

export function installCommand(packages: readonly string[]): string {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

function packagesFor(kernel: readonly KernelFault[]): readonly string[] {
  const packages = new Set(missingPrograms().map(([, debianPackage]) => debianPackage));
  // Without iproute2 the kernel could not be asked, and wireguard-go does no harm where it is not needed.
  const hasKernelWireguard = isInstalled('ip') && !kernel.some(({ name }) => name === 'wireguard');
  if (!hasKernelWireguard && !isInstalled('wireguard-go')) packages.add('wireguard-go');
  return [...packages].toSorted();
}

function missingPrograms() {
  return PROGRAMS.filter(([program]) => !isInstalled(program));
}

interface KernelFault {
  readonly name: string;
  readonly what: string;
}

async function kernelFaults(): Promise<readonly KernelFault[]> {
  if (!isInstalled('unshare') || !isInstalled('bash')) return [];
  const unshare = ['unshare', '--mount', '--pid', '--uts', '--net', '--fork'];
  const { stdout, stderr, exitCode } = await run([...unshare, ...BASH, kernelScript]);
  if (exitCode !== 0 && stdout === '' && stderr.startsWith('unshare:')) {
    const what = `namespaces (${stderr.trim()}): in a container, run it with --privileged`;
    return [{ name: 'namespaces', what }];
  }
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name, ...reason] = line.split(' ');
      return { name: name!, what: `${KERNEL[name!] ?? name!} (${reason.join(' ')})` };
    });
}

function isInstalled(program: string): boolean {
  const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
