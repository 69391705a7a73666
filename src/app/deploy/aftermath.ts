import { FaultError, type Fault } from '../../core/model/fault.ts';
import type { HostName } from '../../core/model/name.ts';
import type { HostOutcome } from '../../core/model/outcome.ts';
import { keyValues } from '../../remote/protocol.ts';
import { demand } from '../call.ts';
import { isDecided } from './decided.ts';
import type { Hosts, Route } from '../ports.ts';
import { CALL_MS, type DeployPorts, type DeployRequest } from './request.ts';
import type { Transaction } from './transaction.ts';
import type { View } from './view.ts';

/** What became of a host that could not be told what was decided. */
export interface Fate {
  readonly outcome: HostOutcome;
  readonly fault?: Fault;
}

interface Context {
  readonly request: DeployRequest;
  readonly ports: DeployPorts;
  readonly transaction: Transaction;
  readonly routeTo: (host: HostName) => Route;
}

export const RETRY_MS = 2_000;
/** Seconds that a host takes, at most, to carry its decision out once its timer has run off: one tick, and asking the hub. */
export const SETTLE_S = 75;

/**
 * Waits for hosts that could not be asked, until their undo timers have run off, and reads from them how they ended. An interrupted run does not
 * wait: it says what will happen instead.
 *
 * @param meanwhile what is true of a host as long as it has not answered
 */
export async function awaitFates(
  context: Context,
  lost: ReadonlyMap<HostName, Fault>,
  meanwhile: HostOutcome,
): Promise<ReadonlyMap<HostName, Fate>> {
  const { request, ports, transaction } = context;
  const fates = new Map<HostName, Fate>(
    [...lost].map(([host, fault]) => [host, { outcome: meanwhile, fault }]),
  );
  if (lost.size === 0 || request.signal.aborted) return fates;
  const until = ports.clock.now() + (request.confirmTimeoutS + SETTLE_S) * 1000;
  ports.progress.step(`waiting for ${[...lost.keys()].join(', ')} to decide by themselves`);
  await Promise.all(
    [...lost].map(async ([host, fault]) => {
      const view = transaction.touched.get(host)!;
      while (ports.clock.now() < until && !request.signal.aborted) {
        const outcome = await fate(context, view);
        // After the commit a host that has gone back, as by a reboot, asks the hub at its next tick.
        if (outcome !== undefined && !(outcome === 'reverted' && meanwhile === 'confirming')) {
          fates.set(host, outcome === 'confirmed' ? { outcome } : { outcome, fault });
          return;
        }
        await ports.clock.wait(RETRY_MS, request.signal);
      }
    }),
  );
  return fates;
}

/** Undefined while the host is silent or its transaction is still pending. */
async function fate(
  { request, ports, routeTo }: Context,
  view: View,
): Promise<'confirmed' | 'reverted' | undefined> {
  const hosts: Hosts = ports.connect();
  try {
    const session = await hosts.open(routeTo(view.host));
    const answer = await demand(session, {
      verb: 'snapshot',
      args: [view.desired.interfaceName, 'short'],
      timeoutMs: CALL_MS.snapshot,
    });
    const facts = keyValues(answer, 'host');
    if (facts.has('transaction')) return undefined;
    return isDecided(answer, { transaction: request.transaction, digest: view.desired.release.digest })
      ? 'confirmed'
      : 'reverted';
  } catch (error) {
    if (error instanceof FaultError) return undefined;
    throw error;
  } finally {
    await hosts.close();
  }
}
