import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Route } from '../../app/ports.ts';
import { DialError, type DialFailure } from './failure.ts';
import type { Link } from './link.ts';

export interface Patience {
  readonly timeoutMs: number;
  /** Aborted when nobody wants the connection any more. */
  readonly signal: AbortSignal;
}

/** Opens a TCP connection to the host from here. Throws a DialError. */
export async function reachDirectly(route: Route, patience: Patience): Promise<Duplex> {
  // ssh2 writes many small packets and never sets TCP_NODELAY: with Nagle's algorithm each waits 40 ms for an ack.
  const socket = connect({ host: route.address, port: route.port, noDelay: true });
  const connected = new Promise<Duplex>((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    // Stays for good: between here and the handshake nobody else listens.
    socket.on('error', (error: Error) => reject(new DialError(networkFailure(error))));
  });
  return within(patience, connected, () => socket.destroy());
}

/** Opens a TCP connection to the host from its jump host. Throws a DialError. */
export async function reachThrough(link: Link, route: Route, patience: Patience): Promise<Duplex> {
  let unwanted = false;
  const opened = link.forward(route.address, route.port).then(
    (stream) => {
      stream.on('error', () => {});
      if (unwanted) stream.destroy();
      return stream;
    },
    (error: unknown) => {
      throw new DialError(forwardFailure(error, link));
    },
  );
  return within(patience, opened, () => (unwanted = true));
}

async function within<T>(patience: Patience, work: Promise<T>, giveUp: () => void): Promise<T> {
  const { timeoutMs: ms, signal } = patience;
  const over = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    const fail = (failure: DialFailure) => {
      giveUp();
      reject(new DialError(failure));
    };
    const timer = setTimeout(fail, ms, { kind: 'timeout', waitedFor: 'connection', ms });
    over.signal.addEventListener('abort', () => clearTimeout(timer));
    signal.addEventListener('abort', () => fail({ kind: 'ended' }), { signal: over.signal });
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    // With a reason, since without one an exception is made: 0.4 ms a connection.
    over.abort('over');
  }
}

function networkFailure(error: Error): DialFailure {
  const errno = 'code' in error ? String(error.code) : error.message;
  return errno === 'ECONNRESET' || errno === 'EPIPE'
    ? { kind: 'closed', said: errno }
    : { kind: 'network', errno };
}

// RFC 4254, section 5.1.
const PROHIBITED = 1;
const CONNECT_FAILED = 2;

function forwardFailure(error: unknown, { host, said }: Link): DialFailure {
  const reason = error instanceof Error && 'reason' in error ? error.reason : undefined;
  const message = error instanceof Error ? error.message.replace('(SSH) Channel open failure: ', '') : '';
  if (reason === PROHIBITED || reason === CONNECT_FAILED) {
    return { kind: 'forward', via: host, prohibited: reason === PROHIBITED, said: message };
  }
  return { kind: 'jump-lost', via: host, said: said ?? message };
}
