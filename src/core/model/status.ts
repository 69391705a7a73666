import type { BookEntry } from './books.ts';
import type { Fault } from './fault.ts';

/** One host as it stands now. */
export type HostStatus =
  | {
      readonly state: 'in-sync' | 'differs' | 'new';
      /** Digest of the confirmed release; absent on a host without one. */
      readonly release?: string;
      /** Seconds since each peer's latest handshake, by the peer's name; undefined: never. */
      readonly handshakes: ReadonlyMap<string, number | undefined>;
      /** The latest first, five at most. */
      readonly books: readonly BookEntry[];
      /** The transaction that is pending there. */
      readonly transaction?: string;
    }
  | { readonly state: 'unreachable'; readonly fault: Fault };
