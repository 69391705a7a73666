import { hostPrefix, type Address } from '../model/address.ts';
import type { Hub, WireguardSettings } from '../model/topology.ts';

/** By this line a first tunnel is known for what it is. */
export const FIRST_TUNNEL_MARK = '# kuiil bootstrap';

export interface FirstTunnel {
  readonly wireguard: WireguardSettings;
  readonly hub: Hub;
  /** The WireGuard public key of the hub. */
  readonly hubKey: string;
  /** Of the host that gets it. */
  readonly tunnel: readonly Address[];
  /** Seconds. */
  readonly keepalive: number;
  /** The TCP port of the host's sshd, to be opened for the hub; absent: its firewall is left alone. */
  readonly sshPort?: number;
}

/**
 * A `wg-quick` file with the hub as its only peer, for a host that is reached through the tunnel and has none yet. Routes are
 * without a protocol number, so that Kuiil's own take their place.
 */
export function firstTunnel(first: FirstTunnel): string {
  const { wireguard, hub, hubKey, tunnel, keepalive } = first;
  return [
    FIRST_TUNNEL_MARK,
    '[Interface]',
    `Address = ${tunnel.map((address) => hostPrefix(address).text).join(', ')}`,
    `MTU = ${wireguard.mtu}`,
    'Table = off',
    'PostUp = wg set %i private-key /etc/wireguard/%i.key',
    ...wireguard.subnets.map(
      ({ value }) => `PostUp = ip -${value.family} route replace ${value.text} dev %i`,
    ),
    ...doors(first),
    '',
    '[Peer]',
    `PublicKey = ${hubKey}`,
    `Endpoint = ${endpointText(hub)}`,
    `AllowedIPs = ${hub.tunnel.map((address) => hostPrefix(address.value).text).join(', ')}`,
    `PersistentKeepalive = ${keepalive}`,
    '',
  ].join('\n');
}

/** The host's own firewall may refuse what comes in by the tunnel; later that is in Kuiil's own chains. */
function doors({ hub, sshPort }: FirstTunnel): readonly string[] {
  if (sshPort === undefined) return [];
  return hub.tunnel.flatMap(({ value }) => {
    const tool = value.family === 4 ? 'iptables' : 'ip6tables';
    const rule = `INPUT -i %i -s ${value.text} -p tcp --dport ${sshPort} -m comment --comment kuiil-bootstrap -j ACCEPT`;
    return [`PostUp = ${tool} -w -I ${rule}`, `PostDown = ${tool} -w -D ${rule} || true`];
  });
}

function endpointText({ endpoint: { host, port } }: Hub): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
