import { createHash } from 'node:crypto';
import {
  prefixOf,
  parseAddress,
  parsePrefix,
  isPrefix,
  type Address,
  type Prefix,
} from '../../src/core/model/address.ts';
import { compareAddress, comparePrefix } from '../../src/core/model/address.ts';
import { compareRoutes, type Chain, type HostState, type Peer } from '../../src/core/model/host-state.ts';
import { parsePublicKey, type PublicKey } from '../../src/core/model/key.ts';
import { parseHostName } from '../../src/core/model/name.ts';
import { renderRelease } from '../../src/core/render/release.ts';

/** What a host is given, and by which name. */
export interface Release {
  readonly state: HostState;
  readonly interfaceName: string;
  readonly text: string;
  readonly digest: string;
}

export function releaseOf(state: HostState, interfaceName = state.wireguard?.interface ?? 'wg0'): Release {
  const text = renderRelease(state, interfaceName);
  return { state, interfaceName, text, digest: createHash('sha256').update(text).digest('hex') };
}

/** A generator of numbers below `n` that a seed makes the same again (mulberry32). */
export type Random = (n: number) => number;

export function seeded(seed: number): Random {
  let at = seed >>> 0;
  return (n) => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

/** Some host's state, plain or with a tunnel; every value from a small pool, so that two of them share some. */
export function randomState(random: Random, keys: { own: string; peers: readonly string[] }): HostState {
  const some = <T>(pool: readonly T[]): T[] => pool.filter(() => random(2) === 0);
  const one = <T>(pool: readonly T[]): T => pool[random(pool.length)]!;
  const host = parseHostName('cluster1/node1')!;
  const vias = (['10.9.0.1', '10.9.0.3', 'fd09::1'] as const).map((text) => address(text));
  if (random(5) === 0)
    return { host, forwarding: [], chains: [], routes: routesOf(some(RANGES), () => one(vias)) };
  const holder = new Map(RANGES.map((range) => [range, one(keys.peers)]));
  const peers = some(keys.peers)
    .toSorted()
    .map((key): Peer => {
      const endpoint = one([undefined, '10.9.0.1:51820', '10.9.0.3:51820']);
      return {
        name: key,
        publicKey: publicKey(key),
        ...(endpoint === undefined ? {} : { endpoint }),
        allowedIPs: [
          `192.168.99.${20 + keys.peers.indexOf(key)}/32`,
          ...RANGES.filter((range) => holder.get(range) === key && random(4) > 0),
        ]
          .map((text) => prefix(text))
          .toSorted(comparePrefix),
        keepalive: one([0, 25]),
      };
    });
  const name = one(['wg0', 'wg0', 'wg0', 'wg1']);
  return {
    host,
    wireguard: {
      interface: name,
      publicKey: publicKey(keys.own),
      port: one([51820, 51820, 51821]),
      mtu: one([1380, 1420]),
      addresses: [one(['192.168.99.10', '192.168.99.11']), ...some(['fd00:99::10'])]
        .map((text) => address(text))
        .toSorted(compareAddress),
      peers,
    },
    forwarding: one([[4], [4, 6]]),
    chains: randomChains(random, name),
    routes: routesOf(some(RANGES), () => one([undefined, undefined, ...vias])),
  };
}

function randomChains(random: Random, name: string): readonly Chain[] {
  const rules: Chain[] = [
    {
      family: 4,
      table: 'filter',
      chain: 'KUIIL-INPUT',
      rules: [
        { match: { protocol: 'udp', port: 51820 }, target: 'ACCEPT' },
        { in: name, match: { protocol: 'icmp' }, target: 'ACCEPT' },
      ],
    },
    {
      family: 4,
      table: 'filter',
      chain: 'KUIIL-FORWARD',
      rules: [
        { in: name, target: 'ACCEPT' },
        { out: name, target: 'ACCEPT' },
      ],
    },
    {
      family: 4,
      table: 'mangle',
      chain: 'KUIIL-FORWARD',
      rules: [{ out: name, match: { protocol: 'tcp', syn: true }, target: 'CLAMP-MSS' }],
    },
    {
      family: 6,
      table: 'filter',
      chain: 'KUIIL-INPUT',
      rules: [{ in: name, match: { protocol: 'icmp' }, target: 'ACCEPT' }],
    },
    { family: 6, table: 'filter', chain: 'KUIIL-FORWARD', rules: [{ in: name, target: 'ACCEPT' }] },
  ];
  return rules
    .filter(() => random(4) > 0)
    .map((chain) => ({ ...chain, rules: chain.rules.slice(random(chain.rules.length)) }));
}

function routesOf(ranges: readonly string[], hop: () => Address | undefined): HostState['routes'] {
  const groups = new Map<string, { family: 4 | 6; via?: Address; destinations: Prefix[] }>();
  for (const text of ranges) {
    const destination = prefix(text);
    const via = hop();
    if (via && via.family !== destination.family) continue;
    const key = `${destination.family} ${via?.text}`;
    const group = groups.get(key) ?? {
      family: destination.family,
      ...(via ? { via } : {}),
      destinations: [],
    };
    group.destinations.push(destination);
    groups.set(key, group);
  }
  for (const group of groups.values()) group.destinations.sort(comparePrefix);
  return [...groups.values()].toSorted(compareRoutes);
}

export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(text);
  return parsed;
}

export function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (!isPrefix(parsed)) throw new Error(text);
  return prefixOf({ ...address(text.split('/')[0]!) }, parsed.length);
}

export function publicKey(text: string): PublicKey {
  const parsed = parsePublicKey(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

const RANGES = [
  '10.1.0.0/16',
  '10.2.0.0/16',
  '10.3.7.9/32',
  '192.168.99.0/24',
  'fd00:1::/64',
  'fd00:2::/64',
  'fd00:3::9/128',
  'fd00:99::/64',
];
