import type { Prefix } from './address.ts';

/** What a host says of itself beside its host state, when a drift check asks. Strings from the host are hostile. */
export interface Vicinity {
  /** Seconds since the epoch, and of uptime, by the host's clocks. */
  readonly time: number;
  readonly uptime: number;
  readonly isUp: boolean;
  /** What is at the paths of the confirmed release; a path that is not here is missing. */
  readonly files: ReadonlyMap<string, OwnedFile>;
  readonly hasScript: boolean;
  /** Absent: nobody looked. */
  readonly keyFile?:
    'missing' | { readonly mode: number; readonly changedAt: number; readonly publicKey: string };
  /** By name; absent without systemd, empty where systemd did not answer. */
  readonly units?: ReadonlyMap<string, Unit>;
  readonly fwmark?: string;
  /** Public keys of peers that have a preshared key. */
  readonly preshared: readonly string[];
  /** Routes of others in table main, in the kernel's order. */
  readonly foreignRoutes: readonly ForeignRoute[];
  /** Every address of global scope, and the interface that it is on. */
  readonly addresses: ReadonlyMap<string, string>;
  /** `rp_filter` by interface, `all` included; what is not here is 0. */
  readonly sourceFilters: ReadonlyMap<string, number>;
  /** Who else sets routes and rules here: `Docker`, `systemd-networkd`, … */
  readonly neighbours: readonly string[];
  /** Our chains in the other backend of iptables, as `FAMILY TABLE CHAIN`. */
  readonly oldBackend: readonly string[];
  readonly mended: readonly { readonly at: number; readonly what: string }[];
  /** The probes that were not answered, as they were sent. */
  readonly failedProbes: readonly string[];
}

export interface OwnedFile {
  /** Whether it is the link through the pointer that a confirmation flips. */
  readonly isLink: boolean;
  /** Of its content, in hex; empty for what is no plain file. */
  readonly sha256: string;
  /** Seconds since the epoch. */
  readonly changedAt: number;
}

export interface Unit {
  /** systemd's own words: `loaded`, `masked`, `not-found`; `active`, `inactive`, `failed`; `enabled`, `disabled`. */
  readonly load: string;
  readonly active: string;
  readonly file: string;
  /** Seconds of uptime at which it got into this state; 0: never left it. */
  readonly changedAtUptime: number;
  readonly isAltered: boolean;
}

export interface ForeignRoute {
  readonly destination: Prefix;
  /** The line as `ip route show` printed it. */
  readonly line: string;
  readonly device?: string;
  readonly via?: string;
  /** `kernel`, `bird`, `dhcp`, …; absent: `ip route add` by hand. */
  readonly protocol?: string;
  readonly metric: number;
}
