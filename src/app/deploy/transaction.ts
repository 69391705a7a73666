import type { Fault } from '../../core/model/fault.ts';
import { FaultError } from '../../core/model/fault.ts';
import { compareHosts, HUB, type HostName } from '../../core/model/name.ts';
import { DECISION_PORT } from '../../core/model/firewall.ts';
import type { Phase } from '../../core/diff/order.ts';
import type { Address } from '../../core/model/address.ts';
import { demand } from '../call.ts';
import { CALL_MS, type DeployRequest } from './request.ts';
import type { View } from './view.ts';

/** Seconds by which other hosts wait longer than the hub: when they ask it, it has decided. */
const AFTER_HUB_S = 15;

/**
 * One deployment's transaction: which hosts have been touched, and what each of them said it did. Every
 * method works on many hosts at once and throws the first fault after all have answered.
 */
export class Transaction {
  readonly #request: DeployRequest;
  readonly #hubTunnel: Address | undefined;
  /** Every host that may hold an unconfirmed release, known before the call that could make it so is sent. */
  readonly touched = new Map<HostName, View>();
  readonly did = new Map<HostName, string[]>();

  constructor(request: DeployRequest) {
    this.#request = request;
    this.#hubTunnel = request.topology.hub.tunnel[0]?.value;
  }

  /** Lays the release down on each host and has it checked there. Changes nothing that runs or boots. */
  async stage(views: readonly View[]): Promise<void> {
    await each(views, async ({ session, desired: { release } }) => {
      const answer = await demand(session, {
        verb: 'stage',
        args: [release.digest],
        payload: release.text,
        timeoutMs: CALL_MS.stage,
      });
      this.#record(session.host, answer.sections.get('did'));
    });
  }

  /** Arms undo and carries the phase out. */
  async activate(views: readonly View[], phase: Phase): Promise<void> {
    await each(views, async (view) => {
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
        });
        this.#record(view.host, answer.sections.get('did'));
      } catch (error) {
        if (isFirst && isRefusal(error)) this.touched.delete(view.host);
        throw error;
      }
    });
  }

  /** Tells every touched host to go back, outermost first; answers which of them could not be asked. */
  async revert(): Promise<ReadonlyMap<HostName, Fault>> {
    const failed = new Map<HostName, Fault>();
    for (const ring of [2, 1, 0]) {
      const views = [...this.touched.values()].filter((view) => ringOf(view) === ring);
      await Promise.all(
        views.map(async (view) => {
          const fault = await faultOf(
            demand(view.session, {
              verb: 'revert',
              args: [this.#request.transaction],
              timeoutMs: CALL_MS.revert,
            }),
          );
          if (fault) failed.set(view.host, fault);
        }),
      );
    }
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
    return [`owner ${oneLine(owner.who)}`, ...commit, ...hub, ...self, ''].join('\n');
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

function ringOf(view: View): number {
  return view.host === HUB ? 0 : view.desired.state.wireguard ? 1 : 2;
}

function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 200);
}
