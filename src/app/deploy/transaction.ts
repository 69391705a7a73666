import type { Fault } from '../../core/model/fault.ts';
import { FaultError } from '../../core/model/fault.ts';
import { compareHosts, HUB, type HostName } from '../../core/model/name.ts';
import { DECISION_PORT } from '../../core/model/firewall.ts';
import { partsWays, ring as distance, type Phase, type Ring } from '../../core/diff/order.ts';
import type { Address } from '../../core/model/address.ts';
import { demand } from '../call.ts';
import type { Clock } from '../ports.ts';
import { Begun } from './begun.ts';
import { CALL_MS, type DeployRequest } from './request.ts';
import type { View } from './view.ts';

/** Seconds by which other hosts wait longer than the hub: when they ask it, it has decided. */
const AFTER_HUB_S = 15;
/** How long the hub waits for the others to begin what cuts them off from it; then it goes first. */
const BEGIN_MS = 3000;
/** How long it waits for them to be back, where nothing cuts them off before it goes back itself. */
const BACK_MS = 15_000;

interface Sides {
  readonly hub: readonly View[];
  readonly others: readonly View[];
}

/**
 * One deployment's transaction: which hosts have been touched, and what each of them said it did. Every
 * method works on many hosts at once and throws the first fault after all have answered.
 */
export class Transaction {
  readonly #request: DeployRequest;
  readonly #clock: Clock;
  readonly #hubTunnel: Address | undefined;
  /** Every host that may hold an unconfirmed release, known before the call that could make it so is sent. */
  readonly touched = new Map<HostName, View>();
  readonly did = new Map<HostName, string[]>();

  constructor(request: DeployRequest, clock: Clock) {
    this.#request = request;
    this.#clock = clock;
    this.#hubTunnel = request.topology.hub.tunnel[0]?.value;
  }

  /** Lays the release down on each host and has it checked there. Changes nothing that runs or boots. */
  async stage(views: readonly View[]): Promise<void> {
    const { install } = this.#request;
    await each(views, async ({ session, desired: { release } }) => {
      const answer = await demand(session, {
        verb: 'stage',
        args: [release.digest, ...(install === true ? ['install'] : [])],
        payload: release.text,
        timeoutMs: install === true ? CALL_MS.install : CALL_MS.stage,
      });
      this.#record(session.host, answer.sections.get('did'));
    });
  }

  /** Arms undo and carries the phase out. */
  async activate(views: readonly View[], phase: Phase): Promise<void> {
    await each(views, (view) => this.#activateOne(view, phase));
  }

  /**
   * The same where neither side reaches the other from its own switch until the other's: the hub is sent its call once the others
   * are at it, and their answers come when both sides have met again.
   */
  async activateTogether({ hub, others }: Sides, phase: Phase): Promise<void> {
    const begun = new Begun(others.length);
    await each([...others, ...hub], async (view) => {
      if (view.host === HUB) await begun.wait(this.#clock, BEGIN_MS);
      await this.#activateOne(view, phase, others.includes(view) ? begun.count() : undefined);
    });
  }

  async #activateOne(view: View, phase: Phase, onBegun?: () => void): Promise<void> {
    const isFirst = !this.touched.has(view.host);
    this.touched.set(view.host, view);
    try {
      const answer = await demand(view.session, {
        verb: 'activate',
        args: [
          this.#request.transaction,
          view.desired.release.digest,
          String(this.secondsFor(view.host)),
          phase,
        ],
        payload: this.#owner(view.host),
        timeoutMs: CALL_MS.activate,
        ...(onBegun ? { onBegun } : {}),
      });
      this.#record(view.host, answer.sections.get('did'));
    } catch (error) {
      if (isFirst && isRefusal(error)) this.touched.delete(view.host);
      throw error;
    }
  }

  /** Tells every touched host to go back, outermost first; answers which of them could not be asked. */
  async revert(): Promise<ReadonlyMap<HostName, Fault>> {
    const failed = new Map<HostName, Fault>();
    const views = [...this.touched.values()];
    const goBack = async (view: View, onBegun?: () => void): Promise<void> => {
      const args = [this.#request.transaction];
      const call = {
        verb: 'revert',
        args,
        timeoutMs: CALL_MS.revert,
        ...(onBegun ? { onBegun } : {}),
      } as const;
      const fault = await faultOf(demand(view.session, call));
      if (fault) failed.set(view.host, fault);
    };
    const ring = (at: Ring) => views.filter((view) => ringOf(view) === at);
    await Promise.all(ring(2).map((view) => goBack(view)));
    // Whom the hub's release cut off is reached, or heard again, when the hub is back.
    const routers = new Begun(ring(1).length);
    const back = ring(1).map(async (view) => {
      const count = routers.count();
      await goBack(view, partsWays(views) ? count : undefined);
      count();
    });
    await routers.wait(this.#clock, partsWays(views) ? BEGIN_MS : BACK_MS);
    await Promise.all([...back, ...ring(0).map((view) => goBack(view))]);
    return failed;
  }

  /** Seconds of this host's undo timer. */
  secondsFor(host: HostName): number {
    return this.#request.confirmTimeoutS + (host === HUB ? 0 : AFTER_HUB_S);
  }

  /** `key value` lines: who holds the lock, and for all but the hub, where to ask what was decided. */
  #owner(host: HostName): string {
    const { owner } = this.#request;
    const hub =
      this.#hubTunnel && host !== HUB && this.touched.has(HUB)
        ? [`hub ${this.#hubTunnel.text} ${DECISION_PORT}`]
        : [];
    const self = this.#hubTunnel && host === HUB ? [`answer ${this.#hubTunnel.text} ${DECISION_PORT}`] : [];
    const commit = owner.commit === undefined ? [] : [`commit ${oneLine(owner.commit)}`];
    const heal = this.#request.target?.isHealing ? ['heal yes'] : [];
    return [`owner ${oneLine(owner.who)}`, ...commit, ...heal, ...hub, ...self, ''].join('\n');
  }

  #record(host: HostName, lines: readonly string[] = []): void {
    const list = this.did.get(host) ?? [];
    list.push(...lines);
    this.did.set(host, list);
  }
}

/** Runs on every view at once, waits for all, then throws the first fault by host. */
async function each(views: readonly View[], run: (view: View) => Promise<void>): Promise<void> {
  const faults = await Promise.all(views.map((view) => faultOf(run(view))));
  const first = views
    .flatMap((view, i) => (faults[i] ? [{ host: view.host, fault: faults[i] }] : []))
    .toSorted((a, b) => compareHosts(a.host, b.host))[0];
  if (first) throw new FaultError(first.fault);
}

/** The fault that a promise ends in; anything else that is thrown is our own error and goes on. */
export async function faultOf(promise: Promise<unknown>): Promise<Fault | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
}

/** The host said that it changed nothing: what is pending there, if anything, is not ours to take back. */
function isRefusal(error: unknown): boolean {
  return error instanceof FaultError && ['host/busy', 'host/preflight'].includes(error.fault.code);
}

function ringOf({ host, desired }: View): Ring {
  return distance({ host, after: desired.state });
}

function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 200);
}
