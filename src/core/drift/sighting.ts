import type { Family } from '../model/address.ts';
import type { Change } from '../model/change.ts';
import type { DriftFinding } from '../model/drift.ts';
import type { Chain, ChainName, HostState, TableName } from '../model/host-state.ts';
import type { HostName } from '../model/name.ts';
import type { Vicinity } from '../model/vicinity.ts';

/** One host as it should be and as it is: all that a comparison needs. */
export interface Sighting {
  readonly host: HostName;
  /** What it is compared with: its confirmed release, or, where nothing was ever deployed, what git says. */
  readonly basis: 'confirmed' | 'git';
  readonly expected: HostState;
  readonly observed: HostState;
  /** From what is expected to what is observed. */
  readonly changes: readonly Change[];
  /** Chains of ours that are there and that nothing leads to, or not first; `ahead` is the rule before the jump. */
  readonly unreached: readonly (Chain & { readonly ahead?: string })[];
  readonly strays: Strays;
  /** Seconds since the epoch of the latest handshake, by public key; 0: never. */
  readonly handshakes: ReadonlyMap<string, number>;
  readonly around: Vicinity;
  /** Whether what is expected is known: not where the host lost its release and git has moved on. */
  readonly isKnown: boolean;
  readonly release: ReleaseFacts;
  readonly surmised: Surmised;
}

/** What is among ours and has no place in a host state, as it was printed; hostile. */
interface Strays {
  readonly addresses: readonly string[];
  readonly rules: readonly {
    readonly family: Family;
    readonly table: TableName;
    readonly chain: ChainName;
    readonly line: string;
  }[];
  readonly routes: readonly string[];
}

interface ReleaseFacts {
  /** Digest of what the host boots into, by its own word; absent: nothing. */
  readonly confirmed?: string;
  /** Digest of the text that it keeps under that name. */
  readonly kept?: string;
  /** Digest that the hub remembers for it; absent where the hub has no memory of it. */
  readonly remembered?: string;
  /** Its files with the sha256 of what they should hold. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** What the topology lets one expect of the surroundings. */
interface Surmised {
  /** Addresses that the host has in its LAN. */
  readonly addresses: readonly string[];
  /** Whether packets from the tunnel's ranges may come in over the LAN, while the way back leads into the tunnel. */
  readonly isAsymmetric: boolean;
  /** Public keys of the peers that shake hands again and again by themselves. */
  readonly lively: ReadonlySet<string>;
}

/** A finding before it is told whose it is and how it is mended. */
export type Amiss = Omit<DriftFinding, 'host' | 'mend'>;
