import type { HostRelease } from '../../src/app/digest.ts';
import type { HostAnswer } from '../../src/core/model/answer.ts';
import type { WireguardState } from '../../src/core/model/host-state.ts';
import { observeRelease } from '../../src/core/observe/release.ts';

/** What a host that is exactly on a release says to `snapshot IFACE whole`, by section; a test changes it before it is read. */
export type Sections = Map<string, string[]>;

interface Told {
  readonly release: HostRelease;
  /** LAN address of the host, on eth0. */
  readonly address: string | undefined;
  readonly fleet?: string;
  readonly time?: number;
}

/** Spelt as the tools on Debian 12 spell it. */
export function snapshotOf({ release, address, fleet, time = 1_800_000_000 }: Told): Sections {
  const { state, files, interfaceName } = observeRelease(release.text).value!;
  const { wireguard: tunnel, routes } = state;
  const ofRoutes = (family: 4 | 6) =>
    routes
      .filter((group) => group.family === family)
      .flatMap(({ via, destinations }) =>
        destinations.map(
          ({ text, length }) =>
            `${length === (family === 4 ? 32 : 128) ? text.split('/')[0]! : text} ${via ? `via ${via.text} dev eth0` : `dev ${interfaceName}`} proto 75${family === 6 ? ' metric 1024 pref medium' : ' scope link'}`,
        ),
      );
  const rules = (path: string) =>
    (files.find((file) => file.path.endsWith(path))?.text ?? '').trim().split('\n');
  return new Map([
    [
      'host',
      [
        'script 1',
        'uptime 90000',
        `time ${time}`,
        'systemd yes',
        'backend nft',
        `current ${release.digest}`,
        'active -',
      ],
    ],
    ...(tunnel
      ? ([
          ['wg', wgShow(tunnel, interfaceName)],
          ['key', [tunnel.publicKey]],
        ] satisfies [string, string[]][])
      : []),
    [
      'ip',
      [
        'default via 192.168.100.1 dev eth0',
        '192.168.100.0/24 dev eth0 proto kernel scope link src 192.168.100.100',
        ...ofRoutes(4),
        ...(address === undefined
          ? []
          : [`2: eth0    inet ${address}/24 brd 1.2.3.255 scope global eth0\\ valid_lft forever`]),
        ...(tunnel ? ofTunnel(tunnel, interfaceName) : []),
      ],
    ],
    ['ip6', ['fe80::/64 dev eth0 proto kernel metric 256 pref medium', ...ofRoutes(6)]],
    ['rules4', iptablesSave(rules('/iptables.rules'))],
    ['rules6', iptablesSave(rules('/ip6tables.rules'))],
    ['sysctl', ['net.ipv4.ip_forward 1', 'net.ipv6.conf.all.forwarding 1']],
    ...(fleet === undefined ? [] : ([['fleet', fleet.trim().split('\n')]] satisfies [string, string[]][])),
    ['confirmed', release.text.trimEnd().split('\n')],
    ['probes', []],
    ['files', [...files.map(({ path }) => `ours ${path}`), 'ours /var/lib/kuiil/kuiil-host']],
    ['digests', files.map(({ path }) => `kept ${path}`)],
    [
      'stats',
      [
        ...files.map(({ path, mode }) => `${mode.toString(8)} 1790000000 ${path}`),
        ...(tunnel ? [`600 1790000000 /etc/wireguard/${interfaceName}.key`] : []),
      ],
    ],
    ['units', unitLines(tunnel ? interfaceName : undefined)],
    ['rp-filter', ['all 2', 'eth0 2']],
    ['neighbours', []],
  ]);
}

export function answerOf(sections: Sections): HostAnswer {
  return { code: 0, sections };
}

/** The addresses and the link, as `ip -o` prints them. */
function ofTunnel({ addresses, mtu }: WireguardState, name: string): string[] {
  return [
    ...addresses.map(
      ({ family, text }) =>
        `7: ${name}    ${family === 4 ? 'inet' : 'inet6'} ${text}/${family === 4 ? 32 : 128} scope global ${name}\\ valid_lft forever`,
    ),
    `7: ${name}: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu ${mtu} qdisc noqueue state UNKNOWN`,
  ];
}

type Shown = Pick<WireguardState, 'port' | 'peers'> & { readonly publicKey: string };

/** As `wg show IFACE` prints it, twenty seconds after the latest handshakes. */
export function wgShow({ publicKey, port, peers }: Shown, name: string): string[] {
  return [
    `interface: ${name}`,
    `  public key: ${publicKey}`,
    '  private key: (hidden)',
    `  listening port: ${port}`,
    ...peers.flatMap((peer) => [
      '',
      `peer: ${peer.publicKey}`,
      `  endpoint: ${peer.endpoint ?? '198.51.100.7:40000'}`,
      `  allowed ips: ${peer.allowedIPs.map(({ text }) => text).join(', ') || '(none)'}`,
      '  latest handshake: 20 seconds ago',
      '  transfer: 1.21 KiB received, 180 B sent',
      ...(peer.keepalive === 0 ? [] : [`  persistent keepalive: every ${peer.keepalive} seconds`]),
    ]),
  ];
}

/** A rules file as iptables-save prints what it makes: the jumps first in the built-in chains. */
function iptablesSave(lines: readonly string[]): string[] {
  return lines
    .filter((line) => line !== '')
    .map((line) => line.replace(/^-I (\S+) 1 -j/, '-A $1 -j'))
    .filter((line) => line !== 'COMMIT');
}

function unitLines(tunnel: string | undefined): string[] {
  const unit = (name: string, active: string) => [
    `Id=${name}`,
    'LoadState=loaded',
    `ActiveState=${active}`,
    'UnitFileState=enabled',
    'StateChangeTimestampMonotonic=5000000',
    '',
  ];
  return [
    ...unit('kuiil.service', 'inactive'),
    ...unit('kuiil.timer', 'active'),
    ...(tunnel === undefined ? [] : unit(`wg-quick@${tunnel}.service`, 'active')),
  ];
}
