import type { Fault } from '../../core/model/fault.ts';
import { FaultError } from '../../core/model/fault.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import { keyValues } from '../../remote/protocol.ts';
import { demand } from '../call.ts';
import type { Hosts, Route, Session } from '../ports.ts';
import { SETTLE_S, RETRY_MS } from './aftermath.ts';
import { isDecided } from './decided.ts';
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

/**
 * What the fleet is to end on: `confirmed` only when the hub was read back, `reverted` only when the hub took it back. The
 * faults are of hosts that were not confirmed.
 */
export interface Decision {
  readonly word: 'confirmed' | 'reverted' | 'unknown';
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
    let session: Session | undefined;
    if (hub) {
      const fault = await faultOf(confirmOne(confirmation, hosts, hub).then((open) => (session = open)));
      const word = fault ? await hubsWord(confirmation, hub) : 'confirmed';
      if (word !== 'confirmed') return { word, faults: new Map([[HUB, fault!]]) };
    }
    const others = [...transaction.touched.values()].filter((view) => view.host !== HUB);
    const faults = new Map<HostName, Fault>();
    await Promise.all(
      others.map(async (view) => {
        const fault = await confirmWithRetry(confirmation, hosts, view);
        if (fault) faults.set(view.host, fault);
      }),
    );
    if (hub && session && faults.size === 0) await settle(confirmation, hub, session);
    return { word: 'confirmed', faults };
  } finally {
    await hosts.close();
  }
}

/** Nobody has to ask the hub any more. Should it not hear of that, it goes on answering until the next deployment, which harms nobody. */
async function settle({ request }: Confirmation, { desired }: View, session: Session): Promise<void> {
  const args = [request.transaction, desired.release.digest, '0', 'settled'];
  await faultOf(demand(session, { verb: 'confirm', args, timeoutMs: CALL_MS.confirm }));
}

/**
 * The answer to the hub's confirmation is lost: it may have been carried out, or be so yet. Until the hub has said which, nobody
 * else may be told anything, or the fleet would split. Asked over new connections, until its own timer must have decided.
 */
async function hubsWord(confirmation: Confirmation, hub: View): Promise<Decision['word']> {
  const { request, ports } = confirmation;
  const until = ports.clock.now() + (request.confirmTimeoutS + SETTLE_S) * 1000;
  ports.progress.step('asking the hub what it decided');
  for (;;) {
    const word = await takeBack(confirmation, hub);
    if (word !== 'unknown' || request.signal.aborted || ports.clock.now() >= until) return word;
    await ports.clock.wait(RETRY_MS, request.signal);
  }
}

/** Has the hub go back unless it has confirmed. Once it has, a confirmation that is still under way is refused. */
async function takeBack({ request, ports, routeTo }: Confirmation, hub: View): Promise<Decision['word']> {
  const { transaction } = request;
  const hosts = ports.connect();
  try {
    const session = await hosts.open(routeTo(HUB));
    const fault = await faultOf(
      demand(session, { verb: 'revert', args: [transaction], timeoutMs: CALL_MS.revert }),
    );
    if (!fault) return 'reverted';
    return (await readBack(session, hub, transaction)) === undefined ? 'confirmed' : 'unknown';
  } catch (error) {
    if (error instanceof FaultError) return 'unknown';
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

/** Answers the connection over which it was confirmed and read back. */
async function confirmOne(confirmation: Confirmation, hosts: Hosts, view: View): Promise<Session> {
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
  const wrong = await readBack(session, view, request.transaction);
  if (wrong !== undefined)
    throw new FaultError({
      code: 'host/not-confirmed',
      host: view.host,
      step: 'confirm',
      cause: wrong,
      stateNow: 'it goes by what the hub decided, or back to what it had',
    });
  return session;
}

/** What is wrong with the host's own word on what it boots into and on its undo timer; undefined: nothing. */
async function readBack(session: Session, view: View, transaction: string): Promise<string | undefined> {
  const { desired } = view;
  const answer = await demand(session, {
    verb: 'snapshot',
    args: [desired.interfaceName, 'short'],
    timeoutMs: CALL_MS.snapshot,
  });
  const facts = keyValues(answer, 'host');
  if (!isDecided(answer, { transaction, digest: desired.release.digest }))
    return 'after its confirmation it still boots into another release';
  return facts.has('transaction') ? 'after its confirmation its undo timer is still armed' : undefined;
}
