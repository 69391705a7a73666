import type { Address, Family, Prefix } from './address.ts';
import type { HostName } from './name.ts';

export type Policy = 'ACCEPT' | 'DROP';

/** What a host state cannot know about its host, and a proof has to be told. */
export interface HostSurroundings {
  readonly host: HostName;
  /** The cluster that it is a node of; absent on the hub. */
  readonly cluster?: string;
  /** On its LAN, IPv4 first. Those of the hub are outside of every tunnel. */
  readonly addresses: readonly Address[];
  /** By which the others know it inside of the tunnel: what its state ought to have. Empty on a plain node. */
  readonly tunnel: readonly Address[];
  /** The names and addresses by which it can be dialled from outside; empty behind NAT. */
  readonly outside: readonly string[];
  /** What is on-link on its LAN: a next hop has to be. */
  readonly onLink: readonly Prefix[];
  /** The blocks that its pods have their addresses from; other hosts may share a block. */
  readonly pods: readonly Prefix[];
  /** The IPv6 address that it has itself among those of its pods, on its CNI's bridge: one from which it may send. */
  readonly bridge?: Address;
  /**
   * The policies of the built-in chains, for packets that come out of the tunnel, go into it, pass from the LAN back into it, or
   * reach a port from outside. What its pods and its LAN send each other, what comes to it from there, and answers to what it
   * asked itself are taken for accepted by rules that are not ours.
   */
  readonly input: Policy;
  readonly forward: Policy;
  /** The families that somebody other than Kuiil forwards. */
  readonly forwarding: readonly Family[];
}

/** Addresses of a cluster that are not on its hosts, such as a storage network. */
export interface OtherRange {
  readonly name: string;
  readonly prefixes: readonly Prefix[];
  /** The node that its packets for other clusters reach first. */
  readonly behind: HostName;
}

export interface ClusterSurroundings {
  readonly name: string;
  /** Sorted by name. */
  readonly nodes: readonly HostName[];
  /** In which its nodes reach each other. */
  readonly subnets: readonly Prefix[];
  readonly pods: readonly Prefix[];
  readonly services: readonly Prefix[];
  readonly others: readonly OtherRange[];
  /** Whether the CNI gives pods their node's address when they leave the cluster. Unknown: both have to work. */
  readonly masquerade: boolean | 'unknown';
  /** The families in which kube-proxy gives requests from outside the node's address: it has to know the pod range. */
  readonly proxied: readonly Family[];
}

/** A way that somebody other than a user's packet needs: SSH from one host to the next. */
export interface Road {
  readonly host: HostName;
  /** The host that is jumped through. */
  readonly from: HostName;
  readonly address: Address;
  readonly port: number;
}

/** Everything that a proof assumes about the world outside of the host states. No path is in it. */
export interface Surroundings {
  /** Every host that takes part: the hub first, then by cluster and node. */
  readonly hosts: ReadonlyMap<HostName, HostSurroundings>;
  /** Sorted by name. */
  readonly clusters: readonly ClusterSurroundings[];
  /** Ways for SSH that lead through the tunnel, in the order of `hosts`. */
  readonly roads: readonly Road[];
  /** Bytes that a packet may have on LANs and between sites, WireGuard's own included. */
  readonly mtu: number;
  /** Whether a sender learns that its packet was too large: not where ICMP is filtered. */
  readonly pathMtuDiscovery: boolean;
  /** Whether hosts drop packets of connections whose beginning they did not see. */
  readonly strictReturn: boolean;
}
