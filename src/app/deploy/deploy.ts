import { compile } from '../../core/compile/compile.ts';
import type { Fault } from '../../core/model/fault.ts';
import { FaultError } from '../../core/model/fault.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import type { Deployment, DeploymentOutcome, HostOutcome } from '../../core/model/outcome.ts';
import { order, type Phase, type Ring, type Wave } from '../../core/diff/order.ts';
import { fleetLines, release, type Release } from '../digest.ts';
import type { Hosts } from '../ports.ts';
import { routes } from '../routes.ts';
import { confirm } from './confirm.ts';
import { throwIfInterrupted } from './faults.ts';
import { arrivals } from './joining.ts';
import { observeFleet, type Survey } from './survey.ts';
import { Ledger } from './ledger.ts';
import type { DeployPorts, DeployRequest } from './request.ts';
import { Transaction } from './transaction.ts';
import { verify } from './verify.ts';
import type { Desired, View } from './view.ts';

/**
 * Carries a topology out as one transaction: every host ends on its new release, or every host is back on what it had.
 * Never throws for a bad world: the deployment says what is true on each host.
 */
export async function deploy(request: DeployRequest, ports: DeployPorts): Promise<Deployment> {
  const { topology } = request;
  const fleet = compile(topology);
  const target = release(fleet, topology.wireguard.interface);
  const desired = new Map(
    [...fleet].map(([host, state]): [HostName, Desired] => [
      host,
      { state, release: target.hosts.get(host)!, interfaceName: topology.wireguard.interface },
    ]),
  );
  const ledger = new Ledger(desired, target.digest, ports);
  const hosts = ports.connect();
  try {
    return await run({ request, ports, ledger, hosts, desired, target });
  } finally {
    await hosts.close();
  }
}

interface Run {
  readonly request: DeployRequest;
  readonly ports: DeployPorts;
  readonly ledger: Ledger;
  readonly hosts: Hosts;
  readonly desired: ReadonlyMap<HostName, Desired>;
  readonly target: Release;
}

async function run(context: Run): Promise<Deployment> {
  const { request, ledger } = context;
  const survey = await ledger.phase('observe', () => observeFleet(context));
  for (const [host, outcome] of survey.leftOut) ledger.set(host, outcome);
  if (survey.refusals.length > 0) return ledger.end('refused', survey.refusals);
  if (survey.unreachable.size > 0) return ledger.unreachable(survey.unreachable);
  const changing = survey.views.filter((view) => !view.settled);
  const joining = [...survey.joining.keys()];
  if (changing.length === 0 && joining.length === 0) return ledger.end('unchanged');
  if (request.dryRun) {
    for (const host of [...changing.map((view) => view.host), ...joining]) ledger.set(host, 'would-change');
    return ledger.end('planned');
  }
  return transact(context, survey, withHub(changing, survey.views));
}

/** The hub takes part in every transaction: it decides for the fleet, and remembers who is on what. */
function withHub(changing: readonly View[], views: readonly View[]): readonly View[] {
  const hub = views.find((view) => view.host === HUB);
  return hub && !changing.includes(hub) ? [hub, ...changing] : changing;
}

async function transact(context: Run, survey: Survey, changing: readonly View[]): Promise<Deployment> {
  const { request, ports, ledger, target } = context;
  const transaction = new Transaction(request);
  try {
    await ledger.phase('stage', () => transaction.stage(changing));
    throwIfInterrupted(request);
    const active = await ledger.phase('activate', () => activate(context, survey, changing, transaction));
    throwIfInterrupted(request);
    await ledger.phase('verify', () => verify(active, request));
    throwIfInterrupted(request);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return undo(context, transaction, [error.fault]);
  }
  const routeTo = routes(request.topology);
  const fleet = fleetLines(
    new Map(
      [...target.hosts].filter(
        ([host]) => transaction.touched.has(host) || survey.views.some((v) => v.host === host),
      ),
    ),
  );
  const decision = await ledger.phase('confirm', () =>
    confirm({ transaction, request, ports, routeTo, fleet }),
  );
  if (!decision.committed) return undo(context, transaction, [...decision.faults.values()]);
  for (const [host, view] of transaction.touched) {
    const fault = decision.faults.get(host);
    ledger.set(
      host,
      fault ? 'confirming' : view.settled ? 'unchanged' : 'confirmed',
      fault,
      transaction.did.get(host),
    );
  }
  return ledger.end(decision.faults.size > 0 ? 'incomplete' : outcomeOf(transaction), [
    ...decision.faults.values(),
  ]);
}

/** A deployment that only waited in vain for joining hosts changed nothing. */
function outcomeOf(transaction: Transaction): DeploymentOutcome {
  return [...transaction.touched.values()].every((view) => view.settled) ? 'unchanged' : 'confirmed';
}

/** Expands ring by ring, taking in the hosts that join as the road to them opens; then the other waves. */
async function activate(
  { request, ports, ledger, hosts, desired }: Run,
  survey: Survey,
  changing: readonly View[],
  transaction: Transaction,
): Promise<readonly View[]> {
  const all = [...changing];
  const carryOut = async (phase: Phase, ring: Ring): Promise<void> => {
    const wave = wavesOf(all).find((each) => each.phase === phase && each.ring === ring);
    await transaction.activate(
      all.filter((view) => wave?.hosts.includes(view.host)),
      phase,
    );
    throwIfInterrupted(request);
  };
  for (const ring of OUTWARDS) {
    const come = await arrivals({ request, ports, hosts, desired, joining: survey.joining, ring, ledger });
    await transaction.stage(come);
    all.push(...come);
    await carryOut('expand', ring);
  }
  for (const ring of OUTWARDS) await carryOut('switch', ring);
  for (const ring of OUTWARDS.toReversed()) await carryOut('whole', ring);
  return all;
}

const OUTWARDS: readonly Ring[] = [0, 1, 2];

function wavesOf(views: readonly View[]): readonly Wave[] {
  return order(views.map(({ host, changes, desired: { state } }) => ({ host, changes, after: state })));
}

/** Before the commit point there is one way to end: everybody goes back, and each says so or will by itself. */
async function undo(
  { ledger }: Run,
  transaction: Transaction,
  faults: readonly Fault[],
): Promise<Deployment> {
  if (transaction.touched.size === 0) return ledger.end('refused', faults);
  const failed = await ledger.phase('revert', () => transaction.revert());
  for (const host of transaction.touched.keys()) {
    const fault = failed.get(host);
    const outcome: HostOutcome = fault ? 'reverting' : 'reverted';
    ledger.set(host, outcome, fault, transaction.did.get(host));
  }
  return ledger.end('reverted', faults);
}
