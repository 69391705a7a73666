import type { Fault } from '../../core/model/fault.ts';
import { FaultError } from '../../core/model/fault.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import { keyValues } from '../../remote/protocol.ts';
import { demand } from '../call.ts';
import type { Hosts, Route, Session } from '../ports.ts';
import { CALL_MS, type DeployPorts, type DeployRequest } from './request.ts';
import type { Transaction } from './transaction.ts';
import type { View } from './view.ts';
import { faultOf } from './transaction.ts';

interface Confirmation {
  readonly transaction: Transaction;
  readonly request: DeployRequest;
  readonly ports: DeployPorts;
  readonly routeTo: (host: HostName) => Route;
  /** The lines by which the hub remembers who is on what. */
  readonly fleet: string;
}

/** What became of the commit: `committed` only when the hub was read back; the faults are of hosts that were not. */
export interface Decision {
  readonly committed: boolean;
  readonly faults: ReadonlyMap<HostName, Fault>;
}

/** How often a host is asked again after the commit point, before it is left to ask the hub by itself. */
const TRIES = 3;

/**
 * Confirms over new connections: the hub first, which decides for the fleet; then the others at once. Each
 * confirmation is read back from the host itself, since a command that ended well proves nothing about what boots.
 */
export async function confirm(confirmation: Confirmation): Promise<Decision> {
  const { transaction, ports } = confirmation;
  const hosts = ports.connect();
  try {
    const hub = transaction.touched.get(HUB);
    if (hub) {
      const fault = await faultOf(confirmOne(confirmation, hosts, hub));
      if (fault && !(await decidedAfterAll(confirmation, hub)))
        return { committed: false, faults: new Map([[HUB, fault]]) };
    }
    const others = [...transaction.touched.values()].filter((view) => view.host !== HUB);
    const faults = new Map<HostName, Fault>();
    await Promise.all(
      others.map(async (view) => {
        const fault = await confirmWithRetry(confirmation, hosts, view);
        if (fault) faults.set(view.host, fault);
      }),
    );
    return { committed: true, faults };
  } finally {
    await hosts.close();
  }
}

/** The answer to the hub's confirmation may be lost although it was carried out: ask over yet another connection. */
async function decidedAfterAll({ ports, routeTo }: Confirmation, hub: View): Promise<boolean> {
  const hosts = ports.connect();
  try {
    const session = await hosts.open(routeTo(HUB));
    return (await readBack(session, hub)) === undefined;
  } catch (error) {
    if (error instanceof FaultError) return false;
    throw error;
  } finally {
    await hosts.close();
  }
}

async function confirmWithRetry(
  confirmation: Confirmation,
  hosts: Hosts,
  view: View,
): Promise<Fault | undefined> {
  let fault: Fault | undefined;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    fault = await faultOf(confirmOne(confirmation, hosts, view));
    if (!fault) return undefined;
    await confirmation.ports.clock.wait(500 * (attempt + 1));
  }
  return fault;
}

async function confirmOne(confirmation: Confirmation, hosts: Hosts, view: View): Promise<void> {
  const { request, transaction, routeTo, fleet } = confirmation;
  const session = await hosts.open(routeTo(view.host));
  await demand(session, {
    verb: 'confirm',
    args: [
      request.transaction,
      view.desired.release.digest,
      String(transaction.secondsFor(view.host)),
      'contract',
    ],
    payload: view.host === HUB ? fleet : '',
    timeoutMs: CALL_MS.confirm,
  });
  const wrong = await readBack(session, view);
  if (wrong !== undefined)
    throw new FaultError({
      code: 'host/not-confirmed',
      host: view.host,
      step: 'confirm',
      cause: wrong,
      stateNow: 'it goes by what the hub decided, or back to what it had',
    });
}

/** What is wrong with the host's own word on what it boots into and on its undo timer; undefined: nothing. */
async function readBack(session: Session, view: View): Promise<string | undefined> {
  const { desired } = view;
  const answer = await demand(session, {
    verb: 'snapshot',
    args: [desired.interfaceName],
    timeoutMs: CALL_MS.snapshot,
  });
  const facts = keyValues(answer, 'host');
  if (facts.get('current') !== desired.release.digest)
    return 'after its confirmation it still boots into another release';
  return facts.has('transaction') ? 'after its confirmation its undo timer is still armed' : undefined;
}
