import type { Fault } from './fault.ts';
import type { HostName } from './name.ts';

interface DriftKind {
  /** What is amiss, in a few words. */
  readonly title: string;
  /** Whether `--heal` mends it: it is ours. */
  readonly heals: boolean;
  /** Whether mending it can cut nothing that works now: what may be mended without being asked. */
  readonly safe: boolean;
}

const OURS = { heals: true, safe: false } as const;
const SAFE = { heals: true, safe: true } as const;
const THEIRS = { heals: false, safe: false } as const;

/** Every kind of drift. A code is stable; docs/drift.md has a row for each. */
export const DRIFT_CODES = {
  'address-foreign': { title: 'an address on our interface that is not ours', ...OURS },
  'address-missing': { title: 'a tunnel address is missing', ...SAFE },
  'allowed-ips': { title: 'the AllowedIPs of a peer differ', ...OURS },
  'chain-changed': { title: 'the rules of our chain differ', ...SAFE },
  'chain-missing': { title: 'our chain is missing or empty', ...SAFE },
  endpoint: { title: 'a peer is dialled elsewhere, and does not answer there', ...OURS },
  'file-changed': { title: 'a file of ours has other content', ...SAFE },
  'file-missing': { title: 'a file of ours is missing: the host would not boot into its release', ...SAFE },
  'file-replaced': { title: 'a file of ours was replaced by another', ...SAFE },
  'forwarding-off': { title: 'forwarding is off', ...SAFE },
  fwmark: { title: 'the interface marks its packets', ...OURS },
  'handshake-old': { title: 'no handshake with a peer for too long', ...THEIRS },
  'interface-down': { title: 'the interface is down', ...SAFE },
  'interface-missing': { title: 'the interface is missing', ...SAFE },
  'jump-missing': { title: 'nothing leads into our chain', ...SAFE },
  'jump-not-first': { title: 'a rule stands before the jump into our chain', ...SAFE },
  keepalive: { title: 'the keepalive of a peer differs', ...OURS },
  'key-changed': { title: "the host's key file holds another key", ...THEIRS },
  'key-missing': {
    title: "the host's key file is missing: its tunnel would not come up after a boot",
    ...SAFE,
  },
  'key-readable': { title: "the host's key file can be read by others", ...THEIRS },
  'lan-address-missing': { title: "the host does not have the topology's address", ...THEIRS },
  mtu: { title: 'the MTU differs', ...OURS },
  'peer-foreign': { title: 'a peer that is not ours', ...OURS },
  'peer-missing': { title: 'a peer is missing', ...SAFE },
  port: { title: 'WireGuard listens on another port', ...OURS },
  'preshared-key': { title: 'a peer has a preshared key', ...OURS },
  'probe-failed': { title: 'the hub does not answer through the tunnel', ...THEIRS },
  'public-key': { title: 'the interface has another key', ...OURS },
  'release-altered': { title: 'what the host keeps of its release was edited', ...OURS },
  'release-lost': { title: 'the host is not confirmed on what the hub remembers', ...OURS },
  'route-altered': { title: 'a route of ours leads elsewhere', ...SAFE },
  'route-captured': { title: "somebody's route takes a part of a range of ours", ...THEIRS },
  'route-foreign': { title: 'a route with our mark that is not ours', ...OURS },
  'route-missing': { title: 'a route is missing', ...SAFE },
  'route-replaced': { title: 'a route of ours was replaced by a foreign one', ...OURS },
  'rules-elsewhere': { title: 'our rules stand in the backend that nobody reads', ...THEIRS },
  'script-missing': { title: 'kuiil-host is missing: the minute timer cannot mend anything', ...SAFE },
  'source-filter': { title: 'rp_filter drops what comes by another way', ...THEIRS },
  'unit-altered': { title: 'a unit of ours is missing, masked or was edited', ...SAFE },
  'unit-disabled': { title: 'a unit is not enabled: a boot does not start it', ...SAFE },
  'unit-failed': { title: 'a unit of ours has failed', ...THEIRS },
  'unit-inactive': { title: 'the minute timer does not run', ...SAFE },
} as const satisfies Readonly<Record<string, DriftKind>>;

export type DriftCode = keyof typeof DRIFT_CODES;

export function isDriftCode(text: string): text is DriftCode {
  return Object.hasOwn(DRIFT_CODES, text);
}

/** One thing on one host that is not as it was confirmed, or that keeps the network from working. */
export interface DriftFinding {
  readonly host: HostName;
  readonly code: DriftCode;
  /** The peer, prefix, path, unit or chain that it is about; with host and code it names the finding. */
  readonly subject: string;
  readonly expected: string;
  readonly observed: string;
  /** Seconds since the epoch by the host's clock, where something on the host tells. */
  readonly since?: number;
  /** Who likely did it, where something tells: `a person`, `Docker`, `systemd-networkd`, … */
  readonly culprit?: string;
  /** One imperative that mends it. */
  readonly mend: string;
}

/** What the minute timer put right by itself, so that it is no drift any more. */
export interface Mended {
  readonly host: HostName;
  /** Seconds since the epoch by the host's clock: the latest of `times`. */
  readonly at: number;
  readonly what: string;
  readonly times: number;
}

/** A deployment that is under way on a host, which is not judged meanwhile. */
export interface Underway {
  readonly transaction: string;
  /** Its owner's own words; hostile. */
  readonly owner: string;
}

/** A whole network compared with what was confirmed last. */
export interface Drift {
  /** Sorted by host (the hub first), code and subject. */
  readonly findings: readonly DriftFinding[];
  /** What an `ignore` of the topology hides, with its reason. */
  readonly ignored: readonly {
    readonly finding: DriftFinding;
    readonly reason: string;
    readonly until: string;
  }[];
  /** Hosts on which the topology is not deployed yet: pending, no drift. */
  readonly pending: readonly HostName[];
  readonly mended: readonly Mended[];
  readonly underway: ReadonlyMap<HostName, Underway>;
  readonly unreachable: ReadonlyMap<HostName, Fault>;
  /** The hosts that were compared: with their confirmed release, or, where none was ever deployed, with git. */
  readonly compared: ReadonlyMap<HostName, 'confirmed' | 'git'>;
}

/** The process's exit code for a drift check (docs/cli.md). */
export function driftExitCode({ findings, unreachable }: Drift): number {
  if (findings.length > 0) return 3;
  return unreachable.size > 0 ? 4 : 0;
}
