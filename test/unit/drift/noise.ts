import * as fc from 'fast-check';
import type { Sections } from '../../fakes/snapshot.ts';

/** Something that changes on a host by itself, or that somebody else has there, and that takes nothing from Kuiil. */
export type Noise = readonly [name: string, apply: (sections: Sections) => void];

const add =
  (section: string, ...lines: readonly string[]) =>
  (sections: Sections) => {
    sections.set(section, [...(sections.get(section) ?? []), ...lines]);
  };
const edit = (section: string, change: (line: string) => string) => (sections: Sections) => {
  const lines = sections.get(section);
  if (lines) sections.set(section, lines.map(change));
};

const octet = fc.integer({ min: 1, max: 254 });

/** Foreign rules stand behind our jump, in chains and with targets of their own. */
const foreignRule = fc.constantFrom(
  '-A FORWARD -j DOCKER-USER',
  '-A FORWARD -o docker0 -j DOCKER',
  '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
  '-A INPUT -j KUBE-FIREWALL',
  '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
  '-A FORWARD -s 10.1.2.3/32 -j DROP',
  '-A FORWARD -j ufw-before-forward',
);

/** Outside of every range that the random networks have: 10.10-14, 10.99-104, 10.200 and fd00::. */
const foreignRoute = fc.oneof(
  octet.map(
    (n) =>
      `172.30.${n}.0/24 dev br-${n.toString(16).padStart(12, '0')} proto kernel scope link src 172.30.${n}.1 linkdown`,
  ),
  octet.map((n) => `192.0.2.${n} via 192.168.100.1 dev eth0`),
  octet.map((n) => `10.150.${n}.0/26 via 10.0.0.${n} dev tunl0 proto bird onlink`),
  fc.constant('10.0.0.0/8 via 192.168.100.1 dev eth0 proto static metric 100'),
  octet.map((n) => `blackhole 10.160.${n}.0/26 proto bird`),
);

const noise: fc.Arbitrary<Noise> = fc.oneof(
  fc
    .tuple(octet, fc.integer({ min: 1024, max: 65535 }))
    .map(([n, port]): Noise => [
      'a peer roams',
      edit('wg', (line) => line.replace(/endpoint: .*/, `endpoint: 198.51.100.${n}:${port}`)),
    ]),
  fc
    .integer({ min: 0, max: 179 })
    .map((age): Noise => [
      'time passes',
      edit('wg', (line) => line.replace(/handshake: .*/, `handshake: ${ago(age)}`)),
    ]),
  fc.shuffledSubarray([1, 2, 3]).map((): Noise => ['peers come in another order', reversePeers]),
  foreignRule.map((rule): Noise => ['a foreign rule', behindJump(rule)]),
  foreignRoute.map((route): Noise => ['a foreign route', add('ip', route)]),
  octet.map((n): Noise => [
    'a foreign address',
    add('ip', `9: docker0    inet 172.17.${n}.1/16 scope global docker0`),
  ]),
  fc
    .constantFrom('Docker', 'systemd-networkd', 'BIRD', 'NetworkManager')
    .map((name): Noise => ['a neighbour', add('neighbours', name)]),
  octet.map((n): Noise => ['another interface filters strictly', add('rp-filter', `cali${n} 1`, 'wg0 1')]),
  fc.integer({ min: 1, max: 80_000 }).map((ago): Noise => [
    'it mended itself',
    (sections) => {
      const now = Number(/^time (\d+)/m.exec(sections.get('host')!.join('\n'))![1]);
      add('mended', `${now - ago} route replace 10.1.0.0/24 dev wg0 proto 75`)(sections);
    },
  ]),
  fc.constant<Noise>([
    'an IPv6 route of a lower metric elsewhere',
    add('ip6', '2001:db8:1::/64 dev eth1 proto ra metric 100 pref medium'),
  ]),
);

export const noises = fc.array(noise, { maxLength: 8 });

/** As wg says how long ago something was. */
function ago(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  const parts = [
    ...(minutes > 0 ? [`${minutes} minute${minutes > 1 ? 's' : ''}`] : []),
    ...(rest > 0 ? [`${rest} second${rest > 1 ? 's' : ''}`] : []),
  ];
  return parts.length > 0 ? `${parts.join(', ')} ago` : 'Now';
}

function reversePeers(sections: Sections) {
  const [own, ...peers] = (sections.get('wg') ?? []).join('\n').split('\n\n');
  if (own) sections.set('wg', [own, ...peers.toReversed()].join('\n\n').split('\n'));
}

/** Behind whatever is in the table of filter; a host without rules of ours says nothing of that table. */
function behindJump(rule: string) {
  return (sections: Sections) => {
    const lines = sections.get('rules4') ?? [];
    const at = lines.indexOf('*mangle');
    if (lines.includes('*filter'))
      sections.set('rules4', at < 0 ? [...lines, rule] : lines.toSpliced(at, 0, rule));
  };
}
