import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Route } from '../../app/ports.ts';
import { FaultError } from '../../core/model/fault.ts';
import { DialError, isTransient } from './failure.ts';
import { dialFault } from './faults.ts';
import { shakeHands } from './handshake.ts';
import type { Link } from './link.ts';
import type { Login } from './login.ts';
import { reachDirectly, reachThrough } from './reach.ts';
import { Slots } from './slots.ts';

export interface DialLimits {
  /** For reaching the host, and again for the handshake with it. */
  readonly connectTimeoutMs: number;
  /** Handshakes under way at once: from this machine, and through any one jump host. */
  readonly directHandshakes: number;
  readonly perJumpHandshakes: number;
}

/** A connection and how to be done with it: it ends, unless others go through it by then. */
export interface Dialled {
  readonly link: Link;
  readonly release: () => void;
}

/** A host that others are reached through, or may be. */
interface Jump {
  readonly link: Promise<Link>;
  readonly slots: Slots;
  lent: boolean;
}

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 200;
/** How long a host that does not answer keeps others from being tried: the dead must not hold up the living. */
const PATIENCE_MS = 1_000;
/** How long close() waits for the other sides. */
const GOODBYE_MS = 300;

/** Dials hosts, each call anew; what is reached through the same jump host shares one connection to it. */
export class Dialler {
  readonly #login: Login;
  readonly #limits: DialLimits;
  readonly #direct: Slots;
  readonly #jumps = new Map<string, Jump>();
  readonly #links = new Set<Link>();
  readonly #ended = new AbortController();

  constructor(login: Login, limits: DialLimits) {
    this.#login = login;
    this.#limits = limits;
    this.#direct = new Slots(limits.directHandshakes);
    setMaxListeners(0, this.#ended.signal);
  }

  async dial(route: Route): Promise<Dialled> {
    if (route.hostKeys.length === 0) throw new FaultError(dialFault(route, { kind: 'nothing-pinned' }));
    const key = routeKey(route);
    const dialling = this.#persist(route);
    const jump = this.#jumps.has(key) ? undefined : this.#offer(key, dialling);
    const link = await dialling;
    const release = () => {
      if (jump?.lent) return;
      if (jump) this.#withdraw(key, jump);
      link.end();
    };
    return { link, release };
  }

  async close(): Promise<void> {
    this.#ended.abort();
    // The inner ones first: their goodbye goes through the outer ones.
    const links = [...this.#links].toReversed();
    for (const link of links) link.end();
    const timer = new AbortController();
    const patience = delay(GOODBYE_MS, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([Promise.all(links.map((link) => link.gone)), patience]);
    timer.abort();
    for (const link of links) link.destroy();
  }

  /** Lets others through a connection. */
  #offer(key: string, link: Promise<Link>): Jump {
    const jump = { link, slots: new Slots(this.#limits.perJumpHandshakes), lent: false };
    this.#jumps.set(key, jump);
    const withdraw = () => this.#withdraw(key, jump);
    link.then(({ gone }) => gone).then(withdraw, withdraw);
    return jump;
  }

  #withdraw(key: string, jump: Jump): void {
    if (this.#jumps.get(key) === jump) this.#jumps.delete(key);
  }

  async #persist(route: Route): Promise<Link> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(route);
      } catch (error) {
        if (!(error instanceof DialError)) throw error;
        const failure = this.#ended.signal.aborted ? ({ kind: 'ended' } as const) : error.failure;
        if (attempt === ATTEMPTS || !isTransient(failure)) throw new FaultError(dialFault(route, failure));
      }
      await this.#pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }

  // With jitter: those that were turned away together must not come back together.
  async #pause(ms: number): Promise<void> {
    await delay(ms * (0.5 + Math.random()), undefined, { signal: this.#ended.signal }).catch(() => {});
  }

  async #attempt(route: Route): Promise<Link> {
    const jump = route.via && (await this.#borrow(route.via));
    const slots = jump?.slots ?? this.#direct;
    let release = await slots.take();
    let late = false;
    const patience = setTimeout(() => {
      late = true;
      release();
    }, PATIENCE_MS);
    try {
      const sock = await this.#reach(route, jump && (await jump.link));
      clearTimeout(patience);
      if (late) release = await slots.take();
      return await this.#logIn(route, sock);
    } finally {
      clearTimeout(patience);
      release();
    }
  }

  /** The connection to a jump host: the one that is there, or a new one. */
  async #borrow(route: Route): Promise<Jump> {
    const key = routeKey(route);
    const jump = this.#jumps.get(key) ?? this.#offer(key, this.#persist(route));
    jump.lent = true;
    try {
      const { alive, said = '' } = await jump.link;
      if (alive) return jump;
      this.#withdraw(key, jump);
      throw new DialError({ kind: 'jump-lost', via: route.host, said });
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      throw new DialError({ kind: 'jump', via: route.host, fault: error.fault });
    }
  }

  async #reach(route: Route, link: Link | undefined): Promise<Duplex> {
    const signal = this.#ended.signal;
    if (signal.aborted) throw new DialError({ kind: 'ended' });
    const timeoutMs = this.#limits.connectTimeoutMs;
    return link
      ? reachThrough(link, route, { timeoutMs, signal })
      : reachDirectly(route, { timeoutMs, signal });
  }

  async #logIn(route: Route, sock: Duplex): Promise<Link> {
    const { signal } = this.#ended;
    const hangUp = () => sock.destroy();
    if (signal.aborted) hangUp();
    signal.addEventListener('abort', hangUp);
    try {
      const timeoutMs = this.#limits.connectTimeoutMs;
      const link = await shakeHands({ route, sock, login: this.#login, timeoutMs });
      this.#links.add(link);
      void link.gone.then(() => this.#links.delete(link));
      return link;
    } finally {
      signal.removeEventListener('abort', hangUp);
    }
  }
}

// The pinned keys belong to it: a route that trusts other keys must not ride on a connection that trusted these.
function routeKey(route: Route): string {
  const keys = route.hostKeys.map((key) => key.blob).join(' ');
  const via = route.via ? routeKey(route.via) : '';
  return [route.user, route.address, route.port, keys, via].join('\n');
}
