import { hostPrefix } from '../model/address.ts';
import type { Peer, WireguardState } from '../model/host-state.ts';
import type { HostName } from '../model/name.ts';

/**
 * A wg-quick file. `Table = off`, because wg-quick fails on a route that is already there; the private key is loaded
 * from its own file, so that this one may be published; ListenPort is always written, because a missing one is a random one.
 */
export function renderWireguard(host: HostName, state: WireguardState): string {
  const addresses = state.addresses.map((address) => hostPrefix(address).text).join(', ');
  return [
    `# Written by Kuiil for ${host}. What is changed here is drift: change the topology instead.`,
    '[Interface]',
    `# PublicKey = ${state.publicKey}`,
    ...(addresses === '' ? [] : [`Address = ${addresses}`]),
    `ListenPort = ${state.port}`,
    `MTU = ${state.mtu}`,
    'Table = off',
    'PostUp = wg set %i private-key /etc/wireguard/%i.key',
    ...state.peers.flatMap(renderPeer),
    '',
  ].join('\n');
}

function renderPeer(peer: Peer): string[] {
  return [
    '',
    '[Peer]',
    `# ${peer.name}`,
    `PublicKey = ${peer.publicKey}`,
    ...(peer.endpoint === undefined ? [] : [`Endpoint = ${peer.endpoint}`]),
    `AllowedIPs = ${peer.allowedIPs.map((prefix) => prefix.text).join(', ')}`,
    ...(peer.keepalive === 0 ? [] : [`PersistentKeepalive = ${peer.keepalive}`]),
  ];
}
