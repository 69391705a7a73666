import type { Address, Family, Prefix } from './address.ts';
import type { Place } from './diagnostic.ts';
import type { DriftCode } from './drift.ts';
import type { HostKey, PublicKey } from './key.ts';
import type { HostName } from './name.ts';

/** A value with the place in the user's file that it came from. */
export interface Located<T> {
  readonly value: T;
  readonly at: Place;
}

export type RangeKind = 'nodes' | 'pods' | 'services' | 'other';

/** One block of addresses that a cluster owns. `name` is the kind's own, or the key under `ranges`. */
export interface ClusterRange {
  readonly kind: RangeKind;
  readonly name: string;
  readonly prefix: Prefix;
  readonly at: Place;
}

/** What the clusters dial: an address literal or a DNS name, and the port that the hub listens on. */
export interface Endpoint {
  readonly host: string;
  /** Present when `host` is an address literal. */
  readonly address?: Address;
  readonly port: number;
  readonly at: Place;
}

/** How to log in to a host. `host` is a name or address; absent where the topology's own address is dialled. */
export interface SshAccess {
  readonly user: string;
  readonly port: number;
  readonly host?: string;
  /** The host to jump through, or `direct`. Always resolved: the defaults are already applied. */
  readonly via: HostName | 'direct';
  readonly at: Place;
}

/** The public keys that the keys file holds for a host. Both empty: the host is pending enrolment. */
export interface Enrolment {
  readonly publicKey?: Located<PublicKey>;
  /** Sorted by type, then blob; empty when none is pinned. */
  readonly hostKeys: readonly HostKey[];
}

interface HostCommon {
  readonly name: HostName;
  /** At most one a family; IPv4 first. Empty on a node without a tunnel. */
  readonly tunnel: readonly Located<Address>[];
  readonly ssh: SshAccess;
  readonly enrolment: Enrolment;
  readonly at: Place;
}

export interface Hub extends HostCommon {
  readonly endpoint: Endpoint;
}

export interface Node extends HostCommon {
  readonly cluster: string;
  readonly node: string;
  /** LAN addresses: at most one a family; IPv4 first. */
  readonly addresses: readonly Located<Address>[];
  /** The node's own slice of its cluster's pod range; empty when not given. */
  readonly podCIDRs: readonly Located<Prefix>[];
}

export interface Cluster {
  readonly name: string;
  /** Sorted by kind (nodes, pods, services, other), then name, then prefix. */
  readonly ranges: readonly ClusterRange[];
  /** In order of priority: the first is active, the others stand by. Empty where the file names none. */
  readonly routers: readonly Located<HostName>[];
  /** Sorted by name. */
  readonly nodes: readonly Node[];
  readonly at: Place;
}

export interface WireguardSettings {
  /** At most one a family; IPv4 first. */
  readonly subnets: readonly Located<Prefix>[];
  readonly interface: string;
  readonly port: number;
  readonly mtu: number;
  /** Seconds; 0 switches it off. */
  readonly keepalive: number;
}

/** What an expectation is about, as it is written: `all`, `hub`, a cluster, or a cluster and what in it. */
export interface Selector {
  /** `all`, `hub`, or the name of a cluster. */
  readonly place: string;
  /** `nodes`, `pods`, `services`, another range or a node; absent: all of them. */
  readonly name?: string;
  readonly text: string;
}

/** Who is meant to reach whom, and who is not. */
export interface Expectation {
  readonly from: Located<Selector>;
  readonly to: Located<Selector>;
  readonly reach: boolean;
  readonly at: Place;
}

/** Drift that somebody knows of and leaves alone for a while. It changes nothing on hosts. */
export interface Ignore {
  readonly code: Located<DriftCode>;
  /** Absent: on every host. */
  readonly host?: Located<HostName>;
  /** As the finding names it; absent: any. */
  readonly subject?: string;
  readonly reason: string;
  /** `YYYY-MM-DD`: the last day. */
  readonly until: Located<string>;
}

/** The validated input. Every collection is sorted, so that the order in the file changes nothing. */
export interface Topology {
  readonly name: string;
  readonly wireguard: WireguardSettings;
  readonly hub: Hub;
  /** Sorted by name. */
  readonly clusters: readonly Cluster[];
  /** In the order of the file, which means nothing. */
  readonly expectations: readonly Expectation[];
  /** As they stand in the file. */
  readonly ignore: readonly Ignore[];
}

/** Whether the node runs WireGuard: the one rule from which every shape follows. */
export function isTunnelNode(node: Node): boolean {
  return node.tunnel.length > 0;
}

/**
 * Whether the keys file lacks what a deployment to this host needs: a pinned host key, and on a host with a
 * tunnel its WireGuard public key. Such a host is left out of every peer list and is never dialled.
 */
export function isPending(host: Hub | Node): boolean {
  return host.enrolment.hostKeys.length === 0 || (host.tunnel.length > 0 && !host.enrolment.publicKey);
}

/**
 * The node that answers for everything of its cluster that no other tunnel node answers for: the first of
 * `routers`, or the only tunnel node. Undefined only in a topology that validation refuses.
 */
export function activeRouter(cluster: Cluster): Node | undefined {
  const first = cluster.routers[0]?.value;
  if (first !== undefined) return cluster.nodes.find((node) => node.name === first);
  const tunnelNodes = cluster.nodes.filter(isTunnelNode);
  return tunnelNodes.length === 1 ? tunnelNodes[0] : undefined;
}

/** The families of the tunnel subnet, IPv4 first. */
export function families(topology: Topology): readonly Family[] {
  return topology.wireguard.subnets.map((subnet) => subnet.value.family);
}

/** Every host: the hub, then the nodes by cluster and name. */
export function hosts(topology: Topology): readonly (Hub | Node)[] {
  return [topology.hub, ...topology.clusters.flatMap((cluster) => cluster.nodes)];
}
