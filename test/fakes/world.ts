import type { Answer, Call, Clock, Hosts, Route, Session } from '../../src/app/ports.ts';
import { FaultError, type FaultCode } from '../../src/core/model/fault.ts';
import { HUB, type HostName } from '../../src/core/model/name.ts';
import { FakeHost, type Said } from './host.ts';

/** What becomes of one call. */
export interface Mishap {
  readonly name: string;
  /** Whether the host does what it is asked to. */
  readonly isDone: boolean;
  /** What comes back, of what the host has said; undefined: nothing. */
  readonly answer?: (text: string) => string;
  /** After how many milliseconds it is done. */
  readonly lateMs?: number;
  /** How much is cut: this connection, or for so long everything. */
  readonly cut?: 'connection' | number;
  /** The host reboots before it is carried out; or another one, which nobody is talking to. */
  readonly reboots?: 'host' | HostName;
}

const HONEST: Mishap = { name: 'none', isDone: true, answer: (text) => text };

/** A fleet of hosts in memory, with a clock that jumps to where somebody waits for it. */
export class FakeWorld {
  readonly hosts = new Map<HostName, FakeHost>();
  readonly clock: Clock;
  /** Every call that was made, as `HOST VERB`. */
  readonly calls: string[] = [];
  #now = 1_000_000;
  #cutUntil = 0;
  /** A call that is still on its way to its host, though nobody waits for it any more. */
  #late: { readonly at: number; readonly arrive: () => void } | undefined;
  /** At which call what happens; from 0. */
  #mishap: { readonly at: number; readonly what: Mishap } | undefined;

  constructor(publicKeys: ReadonlyMap<HostName, string>) {
    for (const [name, key] of publicKeys) {
      const around = { now: () => this.#now, askHub: (id: string) => this.hosts.get(HUB)?.knows(id) };
      this.hosts.set(name, new FakeHost(name, key, around));
    }
    this.clock = {
      now: () => this.#now,
      // Whoever waits at the same time waits for the same moment, not one after the other.
      wait: async (ms) => this.passUntil(this.#now + ms),
    };
  }

  /** From here on calls are counted anew, and to one of them something happens. */
  expect(mishap: { readonly at: number; readonly what: Mishap } | undefined): void {
    this.calls.length = 0;
    this.#mishap = mishap;
  }

  /** Lets time pass, and timers run off in their order. */
  passUntil(moment: number): void {
    for (;;) {
      const next = [...this.hosts.values()].toSorted((a, b) => a.alarm - b.alarm)[0]!;
      const late = this.#late && this.#late.at <= next.alarm ? this.#late : undefined;
      const at = late?.at ?? next.alarm;
      if (at > moment) break;
      this.#now = Math.max(this.#now, at);
      if (!late) next.tick();
      else {
        this.#late = undefined;
        late.arrive();
      }
    }
    this.#now = Math.max(this.#now, moment);
  }

  connect(): Hosts {
    return {
      open: async (route) => this.#session(route),
      close: async () => undefined,
    };
  }

  #session({ host }: Route): Session {
    if (this.#isCut()) throw this.#lost(host, 'connect', 'ssh/unreachable', 15_000);
    let isOpen = true;
    return {
      host,
      close: () => undefined,
      call: async (call) => {
        if (!isOpen || this.#isCut()) throw this.#lost(host, call.verb, 'ssh/connection-lost', 0);
        const at = this.calls.push(`${host} ${call.verb}`) - 1;
        const what = this.#mishap?.at === at ? this.#mishap.what : HONEST;
        if (what.cut === 'connection' || what.reboots === 'host') isOpen = false;
        if (what.reboots) this.hosts.get(what.reboots === 'host' ? host : what.reboots)?.reboot();
        if (typeof what.cut === 'number') this.#cutUntil = this.#now + what.cut;
        return this.#carryOut(host, call, what);
      },
    };
  }

  #carryOut(host: HostName, call: Call, what: Mishap): Answer {
    const carryOut = () => this.hosts.get(host)!.call(call.verb, call.args, call.payload);
    if (what.lateMs !== undefined && !what.answer) {
      this.#late = { at: this.#now + what.lateMs, arrive: carryOut };
      throw this.#lost(host, call.verb, 'ssh/timeout', 0);
    }
    // A call takes its time, so that timers mean something.
    this.passUntil(this.#now + (what.lateMs ?? 100));
    const said = what.isDone ? carryOut() : { code: 0 };
    if (!what.answer) throw this.#lost(host, call.verb, 'ssh/timeout', what.cut ? 0 : call.timeoutMs);
    const stdout = what.answer(answerText(call.verb, said));
    return { stdout, stderr: '', exitCode: said.code };
  }

  #isCut(): boolean {
    return this.#now < this.#cutUntil;
  }

  #lost(host: HostName, step: string, code: FaultCode, ms: number): FaultError {
    this.passUntil(this.#now + ms);
    return new FaultError({ code, host, step, cause: 'it was made so', stateNow: 'not known' });
  }
}

function answerText(verb: string, { code, lines = [] }: Said): string {
  return [`kuiil 2 ${verb}`, ...lines, `= end ${code}`, ''].join('\n');
}
