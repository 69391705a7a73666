import type { Address, Family, Prefix } from './address.ts';
import type { PublicKey } from './key.ts';
import type { HostName } from './name.ts';

/**
 * Everything Kuiil owns on one host, desired or observed: one type for both, so that a plan, a drift check and
 * a rollback are the same comparison. A node without a tunnel has no `wireguard`, no forwarding and no rules.
 */
export interface HostState {
  readonly host: HostName;
  /** Absent on a plain node; on an observed host, absent when the interface is not there. */
  readonly wireguard?: WireguardState;
  /** Families whose forwarding Kuiil switches on, IPv4 first. Empty: forwarding is somebody else's business. */
  readonly forwarding: readonly Family[];
  /** Sorted by `compareRoutes`; no two groups share family and next hop. */
  readonly routes: readonly RouteGroup[];
  /** In the order of the chain table in `firewall.ts`; only chains that hold rules. */
  readonly chains: readonly Chain[];
}

export interface WireguardState {
  readonly interface: string;
  readonly publicKey: PublicKey;
  readonly port: number;
  readonly mtu: number;
  /** At most one a family, IPv4 first; on the interface as /32 and /128. */
  readonly addresses: readonly Address[];
  /** Sorted by name; a peer that no topology names sorts by its key. */
  readonly peers: readonly Peer[];
}

export interface Peer {
  /** The host behind the key; on an observed host the key itself where nobody knows the name. */
  readonly name: string;
  readonly publicKey: PublicKey;
  /** `host:port` to dial; absent on the hub, whose peers sit behind NAT and come to it. */
  readonly endpoint?: string;
  /** Sorted by `comparePrefix`. No prefix stands on two peers of one interface. */
  readonly allowedIPs: readonly Prefix[];
  /** Seconds; 0 is off. */
  readonly keepalive: number;
}

/**
 * The destinations that share a next hop. Grouped, because every plain node of a cluster has the same ones:
 * one array serves them all, where a thousand clusters would otherwise hold millions of objects.
 */
export interface RouteGroup {
  readonly family: Family;
  /** Absent: into the tunnel interface. */
  readonly via?: Address;
  /** Sorted by `comparePrefix`, never empty. */
  readonly destinations: readonly Prefix[];
}

export type ChainName = 'KUIIL-FORWARD' | 'KUIIL-INPUT';
export type TableName = 'filter' | 'mangle';

/** One of our chains with the jump into it, which is inserted at the top of the built-in chain. */
export interface Chain {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: ChainName;
  readonly rules: readonly Rule[];
}

/** What a packet must match (absent: anything), and what becomes of it. */
export interface Rule {
  readonly in?: string;
  readonly out?: string;
  readonly match?:
    | { readonly protocol: 'udp' | 'tcp'; readonly port: number }
    | { readonly protocol: 'icmp' }
    | { readonly protocol: 'tcp'; readonly syn: true };
  readonly target: 'ACCEPT' | 'CLAMP-MSS';
}

/** Every host's state, by name: the hub first, then by cluster and node. */
export type Fleet = ReadonlyMap<HostName, HostState>;

/** IPv4 before IPv6; the tunnel before next hops; then by next hop. */
export function compareRoutes(a: RouteGroup, b: RouteGroup): number {
  if (a.family !== b.family) return a.family - b.family;
  if (!a.via || !b.via) return Number(a.via !== undefined) - Number(b.via !== undefined);
  return a.via.value < b.via.value ? -1 : a.via.value > b.via.value ? 1 : 0;
}
