import type { HostAnswer } from '../../core/model/answer.ts';
import type { Change } from '../../core/model/change.ts';
import type { Fault } from '../../core/model/fault.ts';
import { FaultError } from '../../core/model/fault.ts';
import type { HostState } from '../../core/model/host-state.ts';
import type { HostName } from '../../core/model/name.ts';
import { diff } from '../../core/diff/diff.ts';
import type { BookEntry } from '../../core/model/books.ts';
import type { Freeze } from '../../core/model/freeze.ts';
import { observeBooks } from '../../core/observe/books.ts';
import { observeFreeze } from '../../core/observe/freeze.ts';
import { observeSnapshot, type ObservedHost } from '../../core/observe/snapshot.ts';
import { keyValues } from '../../remote/protocol.ts';
import { demand } from '../call.ts';
import type { Hosts, Route, Session } from '../ports.ts';
import type { Desired } from './desired.ts';
import { CALL_MS } from './request.ts';

/** One host as it answered: a live session, what is on it, and what has to change. */
export interface View {
  readonly host: HostName;
  readonly session: Session;
  readonly desired: Desired;
  /** Digest of the confirmed release; absent on a host that joins. */
  readonly confirmed?: string;
  /** A transaction that is pending there, with its owner's own words; hostile. */
  readonly pending?: { readonly transaction: string; readonly owner: readonly string[] };
  /** What the kernel holds. */
  readonly observed: HostState;
  /** From it to what is wanted. */
  readonly changes: readonly Change[];
  /** Whether it boots into, runs and holds exactly what is wanted. */
  readonly settled: boolean;
  /** Seconds since each peer's latest handshake, by the peer's name; undefined: never. */
  readonly handshakes: ReadonlyMap<string, number | undefined>;
  /** The peers that the kernel has, by public key. */
  readonly peers: ReadonlySet<string>;
  /** The hub's memory of who was confirmed on what; empty elsewhere. */
  readonly fleet: ReadonlyMap<string, string>;
  /** Why no deployment may be made, on the hub. */
  readonly freeze?: Freeze;
  /** What became of its past transactions, the latest first; only where it was asked for. */
  readonly books: readonly BookEntry[];
}

export type Seen = { readonly view: View } | { readonly fault: Fault };

/** Connects to a host and looks; a host that cannot be seen is a fault, never an exception. */
export async function look(hosts: Hosts, route: Route, desired: Desired, more?: 'books'): Promise<Seen> {
  try {
    const session = await hosts.open(route);
    const answer = await demand(session, {
      verb: 'snapshot',
      args: [desired.interfaceName, ...(more === undefined ? [] : [more])],
      timeoutMs: CALL_MS.snapshot,
    });
    return { view: viewOf(session, answer, desired) };
  } catch (error) {
    if (error instanceof FaultError) return { fault: error.fault };
    throw error;
  }
}

function viewOf(session: Session, answer: HostAnswer, desired: Desired): View {
  const facts = keyValues(answer, 'host');
  const { value: observed, unread } = observeSnapshot(answer, desired.state, desired.interfaceName);
  const changes = diff(observed.state, desired.state);
  const confirmed = digestOf(facts.get('current'));
  const active = digestOf(facts.get('active')) ?? confirmed;
  const pending = facts.get('transaction')?.split(' ')[0];
  const inPlace = changes.length === 0 && unread.length === 0 && observed.unreached.length === 0;
  const { digest } = desired.release;
  return {
    host: session.host,
    session,
    desired,
    ...(confirmed === undefined ? {} : { confirmed }),
    ...(pending === undefined
      ? {}
      : { pending: { transaction: pending, owner: answer.sections.get('owner') ?? [] } }),
    observed: observed.state,
    changes,
    settled: inPlace && confirmed === digest && active === digest && desired.mends !== true,
    handshakes: ages(observed, Number(facts.get('time'))),
    peers: new Set((observed.state.wireguard?.peers ?? []).map((peer) => peer.publicKey)),
    fleet: keyValues(answer, 'fleet'),
    ...freezeOf(answer),
    books: observeBooks(answer),
  };
}

function freezeOf(answer: HostAnswer): { freeze?: Freeze } {
  const freeze = observeFreeze(answer);
  return freeze ? { freeze } : {};
}

/** By the host's own clock, since ours may differ. */
function ages({ state, handshakes }: ObservedHost, now: number): View['handshakes'] {
  const peers = state.wireguard?.peers ?? [];
  return new Map(
    peers.map(({ name, publicKey }) => {
      const at = handshakes.get(publicKey) ?? 0;
      return [name, at > 0 && now > 0 ? Math.max(0, now - at) : undefined];
    }),
  );
}

function digestOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}
