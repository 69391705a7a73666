import type { Address, Family, Prefix } from './address.ts';
import type { Span } from './diagnostic.ts';
import type { ChainName } from './host-state.ts';
import type { HostName } from './name.ts';

/** Why packets do not arrive. Closed: docs/proof.md has a row for each. */
export const REASONS = [
  'no-state',
  'no-address',
  'no-route',
  'next-hop-unreachable',
  'no-tunnel',
  'no-peer',
  'unknown-key',
  'not-a-peer',
  'endpoint-wrong',
  'handshake-blocked',
  'source-filtered',
  'not-forwarding',
  'forward-dropped',
  'input-dropped',
  'too-large',
  'loop',
  'astray',
  'other-way-back',
] as const;

export type Reason = (typeof REASONS)[number];

/** How a packet comes to a host, or goes on from it. */
export type Side = 'itself' | 'pod' | 'lan' | 'tunnel';

/** What decided whether a packet may pass: one of our rules (counted from 1), or the policy. */
export type Verdict =
  { readonly chain: ChainName; readonly rule: number } | { readonly policy: 'ACCEPT' | 'DROP' | 'other' };

/** A packet on one host, in the order in which things happen to it. What is absent does not happen. */
export interface Hop {
  readonly host: HostName;
  readonly in: Side;
  /** The entry of AllowedIPs by which the source is taken from the peer that sent it. */
  readonly taken?: { readonly peer: string; readonly prefix: Prefix };
  /** The destination that a service address is rewritten to. */
  readonly service?: HostName;
  /** Absent where the packet is delivered to the host itself. */
  readonly route?: { readonly prefix: Prefix; readonly via?: Address };
  readonly out?: Side;
  readonly verdict?: Verdict;
  /** The entry of AllowedIPs that chooses the peer. */
  readonly peer?: { readonly name: string; readonly prefix: Prefix };
  /** As they leave the host, after what it rewrites. */
  readonly source: Address;
  readonly destination: Address;
}

export interface Failure {
  readonly reason: Reason;
  /** Where it happens. */
  readonly host: HostName;
  readonly leg: 'way' | 'return';
  /** The address that could not be sent to, or was not taken from. */
  readonly address: Address;
  /** The other host, or the key of nobody. */
  readonly peer?: string;
  /** Bytes: of the largest packet that is sent, and of the largest that passes. */
  readonly sizes?: readonly [sent: number, passes: number];
}

export type Protocol = 'tcp' | 'udp' | 'icmp';

/** One packet's way and the answer's. `failure` absent: both arrive. */
export interface Trace {
  readonly way: readonly Hop[];
  /** Empty where the way fails. */
  readonly back: readonly Hop[];
  readonly failure?: Failure;
}

export const END_KINDS = ['hub', 'nodes', 'pods', 'services', 'other'] as const;
export type EndKind = (typeof END_KINDS)[number];

/** Everything of one kind in one place that packets come from or go to. */
export interface End {
  /** `hub`, or the name of a cluster. */
  readonly place: string;
  readonly kind: EndKind;
  /** The kind's own, or the key under `ranges`. */
  readonly name: string;
  readonly family: Family;
}

/** One address out of an end, for all that the network treats alike. */
export interface Station {
  readonly kind: EndKind;
  /** Where it lives: of a service the node that answers, of another range the node that it is behind. */
  readonly host: HostName;
  readonly address: Address;
  /** What it stands for. */
  readonly label: string;
  /** A pod whose packets leave the cluster with its node's address. Only as where packets come from. */
  readonly isHidden?: true;
}

/** A pair of ends that do not reach each other. */
export interface Unreached {
  readonly from: End;
  readonly to: End;
  /** The first pair of stations that fails. */
  readonly source: Station;
  readonly target: Station;
  readonly failure: Failure;
}

/** A way that deploying needs, and that is not there. */
export interface LostRoad {
  readonly road: 'ssh' | 'decision';
  /** The host that is not logged in to, or that cannot ask the hub what was decided. */
  readonly host: HostName;
  readonly failure: Failure;
}

/** Who reaches whom. Every ordered pair of ends of one family that are in two places is either in `unreached` or reached, there and back. */
export interface Proof {
  /** By family, the hub's before the clusters', those by name; then nodes, pods, services and other ranges by name. */
  readonly ends: readonly End[];
  /** In the order of `ends`: by where packets come from, then by where they go. Services start nothing. */
  readonly unreached: readonly Unreached[];
  /** The ways that Kuiil itself needs and that fail. */
  readonly roads: readonly LostRoad[];
}

/** The line of the user's files that is behind something. */
export interface Line {
  readonly file: string;
  readonly span: Span;
}

/** A proof for people: with the lines that cause what fails. */
export interface LocatedProof {
  /** The topology's. */
  readonly name: string;
  readonly ends: readonly End[];
  readonly unreached: readonly (Unreached & Line)[];
  readonly roads: readonly (LostRoad & Line)[];
  /** Hosts that are not enrolled, or not connected without one that is not: nothing is proved of them. */
  readonly pending: readonly HostName[];
}

/** A packet and its answer for people, with the line that causes a failure. */
export interface TracedPacket extends Trace {
  readonly from: Station;
  readonly to: Station;
  readonly protocol: Protocol;
  readonly port?: number;
  readonly line?: Line;
}

/** What does not hold at some moment of a deployment although it does before and after it. */
export interface Gap {
  /** The waves of the deployment's order count from 1. */
  readonly step: number;
  readonly phase: string;
  /** Who is activated in it. */
  readonly hosts: readonly HostName[];
  readonly unreached: readonly Unreached[];
  readonly roads: readonly LostRoad[];
}

/** A pair of ends that is reached after a change and was not before, or the other way round. */
export interface ReachChange extends Line {
  readonly change: 'gained' | 'lost';
  readonly from: End;
  readonly to: End;
}

/** Who gains and who loses reach by a change. */
export interface Reach {
  readonly gained: number;
  readonly lost: number;
  /** The lost before the gained, then in the order of ends; not all of very many. */
  readonly changes: readonly ReachChange[];
}
