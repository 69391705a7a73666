import type { HostFile } from '../../core/model/file.ts';
import type { HostName } from '../../core/model/name.ts';
import type { SshAccess } from '../../core/model/topology.ts';
import type { HostKeys } from './host-keys.ts';
import type { Layout } from './layout.ts';

interface Disk {
  readonly host: HostName;
  readonly layout: Layout;
  readonly ssh: SshAccess;
  readonly keys: HostKeys;
}

/** What is on a host's disk before its first boot and differs from what all hosts share. */
export function diskFiles({ host, layout, ssh, keys }: Disk): readonly HostFile[] {
  const { wireguard } = layout.topology;
  return [
    file('etc/hostname', 0o644, `${shortName(host)}\n`),
    file('etc/hosts', 0o644, hostsFile(host, layout)),
    file('etc/ssh/ssh_host_ed25519_key', 0o600, keys.ssh.privateText),
    file('etc/ssh/ssh_host_ed25519_key.pub', 0o644, `${keys.ssh.publicText}\n`),
    file('etc/ssh/sshd_config', 0o644, sshdConfig(ssh)),
    ...(keys.wireguard
      ? [file(`etc/wireguard/${wireguard.interface}.key`, 0o600, `${keys.wireguard.privateText}\n`)]
      : []),
  ];
}

function hostsFile(host: HostName, { topology, internet }: Layout): string {
  const { endpoint } = topology.hub;
  const hub = endpoint.address ? [] : [`${internet.hub.text} ${endpoint.host}`];
  return ['127.0.0.1 localhost', '::1 localhost', `127.0.1.1 ${shortName(host)}`, ...hub, ''].join('\n');
}

/** Everything else as sshd has it by default: its limits are what a deployment meets on real hosts. */
function sshdConfig({ port }: SshAccess): string {
  return `Port ${port}\nHostKey /etc/ssh/ssh_host_ed25519_key\nPidFile /run/sshd.pid\n`;
}

function shortName(host: HostName): string {
  return host.slice(host.indexOf('/') + 1);
}

function file(path: string, mode: number, text: string): HostFile {
  return { path, mode, text };
}
