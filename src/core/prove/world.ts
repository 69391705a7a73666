import { comparePrefix, containsAddress, type Address, type Prefix } from '../model/address.ts';
import type { Fleet, HostState, Peer, RouteGroup } from '../model/host-state.ts';
import { HUB, type HostName } from '../model/name.ts';
import type { Failure } from '../model/proof.ts';
import type { ClusterSurroundings, HostSurroundings, Surroundings } from '../model/surroundings.ts';
import { longestPrefix } from './lookup.ts';
import { bridgeOf } from './source.ts';

/** A host with everything that a packet can ask of it. */
export interface Place {
  readonly host: HostName;
  /** Absent on a host that was not deployed to. */
  readonly state?: HostState;
  readonly around: HostSurroundings;
  /** Absent on the hub. */
  readonly cluster?: ClusterSurroundings;
  /** What it reaches without Kuiil, sorted: its cluster's subnets, pods and other ranges. */
  readonly local: readonly Prefix[];
  /** Every entry of AllowedIPs with its peer, sorted; of equal ones WireGuard keeps the last. */
  readonly allowed: AllowedIPs;
  /** Its own address among its pods' ones, where it may send from that. */
  readonly bridge?: Address;
  /** What is known of the tunnels to its peers, for `session`. */
  readonly sessions: Map<Peer, Session>;
}

/** The host behind a peer, or why no tunnel to it comes up. */
export type Session =
  { readonly to: Place; readonly overhead: number } | Pick<Failure, 'reason' | 'host' | 'peer'>;

interface AllowedIPs {
  readonly prefixes: readonly Prefix[];
  /** Of each prefix; absent where all are of the one and only. */
  readonly peers?: readonly Peer[];
  readonly only?: Peer;
}

/** A fleet and what lies around it, indexed once for all packets. */
export interface World {
  readonly surroundings: Surroundings;
  readonly places: ReadonlyMap<HostName, Place>;
  readonly byKey: ReadonlyMap<string, Place>;
  readonly clusters: ReadonlyMap<string, ClusterSurroundings>;
  /** Nodes by the text of the addresses that they have in their cluster. */
  readonly byAddress: ReadonlyMap<string, Place>;
}

export function world(fleet: Fleet, surroundings: Surroundings): World {
  const clusters = new Map(surroundings.clusters.map((cluster) => [cluster.name, cluster]));
  const local = new Map(
    surroundings.clusters.map((cluster) => [cluster.name, locals(cluster, surroundings)]),
  );
  const places = new Map(
    [...surroundings.hosts.values()].map((around): [HostName, Place] => {
      const state = fleet.get(around.host);
      const cluster = around.cluster === undefined ? undefined : clusters.get(around.cluster);
      const bridge = bridgeOf({ around, state });
      return [
        around.host,
        {
          host: around.host,
          ...(state ? { state } : {}),
          ...(bridge ? { bridge } : {}),
          around,
          ...(cluster ? { cluster } : {}),
          local: cluster ? local.get(cluster.name)! : NONE,
          allowed: allowedIPs(state?.wireguard?.peers ?? []),
          sessions: new Map(),
        },
      ];
    }),
  );
  const all = [...places.values()];
  return {
    surroundings,
    places,
    clusters,
    byKey: new Map(
      all.flatMap((place): [string, Place][] => {
        const key = place.state?.wireguard?.publicKey;
        return key === undefined ? [] : [[key, place]];
      }),
    ),
    byAddress: new Map(
      all
        .filter(({ host }) => host !== HUB)
        .flatMap((place) => lanOf(place).map((address): [string, Place] => [address.text, place])),
    ),
  };
}

export function peerFor(
  { allowed }: Place,
  address: Address,
): { readonly peer: Peer; readonly prefix: Prefix } | undefined {
  const at = longestPrefix(allowed.prefixes, address);
  if (at < 0) return undefined;
  const peer = allowed.peers?.[at] ?? allowed.only;
  return peer && { peer, prefix: allowed.prefixes[at]! };
}

/** Where a host sends packets for an address; undefined: to its default gateway, which knows nothing of the tunnel. */
export interface Route {
  readonly prefix: Prefix;
  readonly to: 'lan' | 'tunnel' | 'hop';
  readonly via?: Address;
}

export function routeFor(place: Place, address: Address): Route | undefined {
  let best: Route | undefined;
  for (const group of place.state?.routes ?? []) {
    if (group.family !== address.family) continue;
    const at = longestPrefix(group.destinations, address);
    if (at < 0) continue;
    const prefix = group.destinations[at]!;
    if (!best || prefix.length > best.prefix.length) best = ours(prefix, group);
  }
  const at = longestPrefix(place.local, address);
  if (at < 0) return best;
  const prefix = place.local[at]!;
  // `ip route replace` takes the place of what IPv4 has for the very same prefix; IPv6 keeps both, and the kernel's is preferred.
  const isOurs =
    best &&
    (best.prefix.length > prefix.length || (best.prefix.length === prefix.length && prefix.family === 4));
  return isOurs ? best : { prefix, to: 'lan' };
}

/** Whether the address is one of the host's own: on its LAN, or on its tunnel interface. */
export function isOwn(place: Place, address: Address): boolean {
  const same = (each: Address) => each.family === address.family && each.value === address.value;
  return lanOf(place).some(same) || (place.state?.wireguard?.addresses.some(same) ?? false);
}

export function holds(prefixes: readonly Prefix[], address: Address): boolean {
  return prefixes.some((prefix) => containsAddress(prefix, address));
}

const NONE: readonly Prefix[] = [];

function lanOf({ around, bridge }: Place): readonly Address[] {
  return bridge ? [...around.addresses, bridge] : around.addresses;
}

function ours(prefix: Prefix, { via }: RouteGroup): Route {
  return via ? { prefix, to: 'hop', via } : { prefix, to: 'tunnel' };
}

function locals(cluster: ClusterSurroundings, { hosts }: Surroundings): readonly Prefix[] {
  const slices = cluster.nodes.flatMap((node) => hosts.get(node)?.pods ?? []);
  const all = [
    ...cluster.subnets,
    ...cluster.pods,
    ...slices,
    ...cluster.others.flatMap((other) => other.prefixes),
  ];
  return [...new Set(all)].toSorted(comparePrefix);
}

function allowedIPs(peers: readonly Peer[]): AllowedIPs {
  const [first] = peers;
  if (!first) return { prefixes: NONE };
  if (peers.length === 1) return { prefixes: first.allowedIPs, only: first };
  const entries = peers
    .flatMap((peer) => peer.allowedIPs.map((prefix) => ({ prefix, peer })))
    .toSorted((a, b) => comparePrefix(a.prefix, b.prefix));
  return { prefixes: entries.map(({ prefix }) => prefix), peers: entries.map(({ peer }) => peer) };
}
