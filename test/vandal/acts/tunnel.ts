import { HUB } from '../../../src/core/model/name.ts';
import { act, ROUTER, type Act } from './act.ts';

const FAR = '10.245.0.0/16';
// Another vandal may have taken one of the files.
const FILES = '/etc/wireguard/wg0.conf /var/lib/kuiil/releases/*/wg0.conf';
const keyOf = (host: string) =>
  `$(cat ${FILES} 2>/dev/null | grep -A1 -F '# ${host}' | sed -n '/^PublicKey = /{ s///p; q; }')`;
const PEER = keyOf('cluster2/c2-master');
const HUB_KEY = keyOf('hub');

export const INTERFACE: readonly Act[] = [
  {
    ...act(
      'the interface is deleted',
      [HUB],
      'interface',
      'ip link del wg0',
      [['interface-missing', 'wg0']],
      true,
    ),
    sole: true,
  },
  {
    ...act(
      'the interface is set down',
      [HUB],
      'interface',
      'ip link set wg0 down',
      [['interface-down', 'wg0']],
      true,
    ),
    sole: true,
  },
  act(
    'its address is deleted',
    [HUB],
    'interface',
    'ip addr del 192.168.99.1/32 dev wg0',
    [['address-missing', '192.168.99.1']],
    true,
  ),
  act('another address is added', [HUB, ROUTER], 'interface', 'ip addr add 10.99.0.1/24 dev wg0', [
    ['address-foreign', /^10\.99\.0\.1/],
  ]),
  act('another address is added as ours are', [ROUTER], 'interface', 'ip addr add 10.99.0.2/32 dev wg0', [
    ['address-foreign', '10.99.0.2'],
  ]),
  act('its MTU is lowered', [HUB, ROUTER], 'interface', 'ip link set wg0 mtu 1300', [['mtu', 'wg0']]),
  act('its MTU is raised', [HUB, ROUTER], 'interface', 'ip link set wg0 mtu 1500', [['mtu', 'wg0']]),
  act(
    'it gets another key',
    [HUB],
    'interface',
    'wg set wg0 private-key <(wg genkey)',
    [['public-key', 'wg0']],
    true,
  ),
  act(
    'it listens on another port',
    [HUB],
    'interface',
    'wg set wg0 listen-port 51999',
    [['port', 'wg0']],
    true,
  ),
  act('its packets are marked', [HUB, ROUTER], 'interface', 'wg set wg0 fwmark 0x1234', [['fwmark', 'wg0']]),
];

export const PEERS: readonly Act[] = [
  act(
    'a peer is removed',
    [HUB],
    'peers',
    `wg set wg0 peer "${PEER}" remove`,
    [['peer-missing', 'cluster2/c2-master']],
    true,
  ),
  act(
    'a peer is added',
    [HUB, ROUTER],
    'peers',
    'wg set wg0 peer "$(wg genkey | wg pubkey)" allowed-ips 10.77.0.0/16',
    [['peer-foreign', /=$/]],
  ),
  act(
    'a new peer takes a range',
    [HUB],
    'peers',
    `wg set wg0 peer "$(wg genkey | wg pubkey)" allowed-ips ${FAR}`,
    [
      ['peer-foreign', /=$/],
      ['allowed-ips', 'cluster2/c2-master'],
    ],
  ),
  act(
    'a peer gets a range more',
    [HUB, ROUTER],
    'peers',
    `key=$(wg show wg0 peers | head -1)
ranges=$(wg show wg0 allowed-ips | grep -F "$key" | cut -f2 | tr ' ' ,)
wg set wg0 peer "$key" allowed-ips "$ranges,10.78.0.0/16"`,
    [['allowed-ips', /./]],
  ),
  act(
    'a peer loses a range',
    [HUB],
    'peers',
    `wg set wg0 peer "${PEER}" allowed-ips 192.168.99.14/32,192.168.0.0/24`,
    [['allowed-ips', 'cluster2/c2-master']],
  ),
  act(
    'a keepalive is switched off',
    [ROUTER],
    'peers',
    `wg set wg0 peer "${HUB_KEY}" persistent-keepalive 0`,
    [['keepalive', 'hub']],
  ),
  act('a keepalive is switched on', [HUB], 'peers', `wg set wg0 peer "${PEER}" persistent-keepalive 3`, [
    ['keepalive', 'cluster2/c2-master'],
  ]),
  act('a peer gets a preshared key', [HUB], 'peers', `wg set wg0 peer "${PEER}" preshared-key <(wg genpsk)`, [
    ['preshared-key', 'cluster2/c2-master'],
  ]),
  act(
    'the hub gets a preshared key',
    [ROUTER],
    'peers',
    `wg set wg0 peer "${HUB_KEY}" preshared-key <(wg genpsk)`,
    [['preshared-key', 'hub']],
  ),
];

export const KEY: readonly Act[] = [
  act('the key file is deleted', [HUB, ROUTER], 'key', 'rm /etc/wireguard/wg0.key', [
    ['key-missing', '/etc/wireguard/wg0.key'],
  ]),
  {
    ...act('the key file is opened to all', [HUB, ROUTER], 'key', 'chmod 644 /etc/wireguard/wg0.key', [
      ['key-readable', '/etc/wireguard/wg0.key'],
    ]),
    undo: 'chmod 600 /etc/wireguard/wg0.key',
  },
  {
    ...act(
      'the key file holds another key',
      [HUB, ROUTER],
      'key',
      'cp -p /etc/wireguard/wg0.key /root/kept.key; wg genkey >/etc/wireguard/wg0.key',
      [['key-changed', '/etc/wireguard/wg0.key']],
    ),
    undo: 'mv /root/kept.key /etc/wireguard/wg0.key',
  },
];
