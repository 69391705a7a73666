import type { Fault } from '../../core/model/fault.ts';
import { FaultError } from '../../core/model/fault.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import type { Deployment, DeploymentOutcome } from '../../core/model/outcome.ts';
import { releaseOf, type Release } from '../digest.ts';
import type { Hosts } from '../ports.ts';
import { routes } from '../routes.ts';
import { activateAll } from './activation.ts';
import { awaitFates } from './aftermath.ts';
import { confirm } from './confirm.ts';
import { malformed, unaccepted } from './acceptance.ts';
import { danger } from './danger.ts';
import { throwIfInterrupted, unlessInterrupted, withoutHub } from './faults.ts';
import { fleetMemory } from './fleet-memory.ts';
import { freezeOf, frozen, isSettled, isWhatRuns, lift } from './frozen.ts';
import { Ledger } from './ledger.ts';
import { cutRoad } from './roads.ts';
import type { DeployPorts, DeployRequest } from './request.ts';
import { observeFleet, type Survey } from './survey.ts';
import { Transaction } from './transaction.ts';
import { baseline, verify } from './verify.ts';
import type { Desired } from './desired.ts';
import type { View } from './view.ts';
import { wantedOf } from './wanted.ts';

/**
 * Carries a topology out as one transaction: every host ends on its new release, or every host is back on what it had.
 * Never throws for a bad world: the deployment says what is true on each host.
 */
export async function deploy(request: DeployRequest, ports: DeployPorts): Promise<Deployment> {
  const desired = request.target?.hosts ?? wantedOf(request.topology);
  const target = releaseOf(new Map([...desired].map(([host, each]) => [host, each.release])));
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
  const { request, ledger, target } = context;
  const unread = malformed(request.accept);
  if (unread.length > 0) return ledger.end('refused', unread);
  const survey = await ledger.phase('observe', () => observeFleet(context));
  for (const [host, outcome] of survey.leftOut) ledger.set(host, outcome);
  if (survey.refusals.length > 0) return ledger.end('refused', survey.refusals);
  if (survey.unreachable.size > 0) return ledger.unreachable(survey.unreachable);
  const freeze = request.target?.isHealing ? undefined : freezeOf(survey);
  if (freeze) {
    const passes = isWhatRuns(target, survey) && (!freeze.isByHand || isSettled(survey));
    const lifts = passes && !freeze.isByHand && !request.dryRun;
    ledger.meet({ freeze, isLifted: lifts });
    if (!passes) return ledger.end('refused', [frozen(freeze)]);
    if (lifts) await lift(survey);
  }
  const step = request.target?.isHealing ? undefined : danger(context, survey);
  if (step) ledger.judge(step);
  const refused = step ? unaccepted(step, request.accept) : [];
  if (refused.length > 0) return ledger.end('refused', refused);
  const changing = survey.views.filter((view) => !view.settled);
  const joining = [...survey.joining.keys()];
  const split = withoutHub(survey.views, [...changing.map((view) => view.host), ...joining]);
  if (split) return ledger.end('refused', [split]);
  const cut = changing.length > 0 ? cutRoad(request, survey.views) : undefined;
  if (cut) return ledger.end('refused', [cut]);
  if (request.dryRun) {
    for (const host of [...changing.map((view) => view.host), ...joining]) ledger.set(host, 'would-change');
    return ledger.end(changing.length + joining.length > 0 ? 'planned' : 'unchanged');
  }
  if (changing.length === 0 && joining.length === 0) return ledger.end('unchanged');
  return transact(context, survey, withHub(changing, survey.views));
}

/** The hub takes part in every transaction: it decides for the fleet, and remembers who is on what. */
function withHub(changing: readonly View[], views: readonly View[]): readonly View[] {
  const hub = views.find((view) => view.host === HUB);
  return hub && !changing.includes(hub) ? [hub, ...changing] : changing;
}

async function transact(context: Run, survey: Survey, changing: readonly View[]): Promise<Deployment> {
  const { request, ports, ledger, target } = context;
  const { topology } = request;
  const transaction = new Transaction(request, ports.clock);
  try {
    const [before] = await ledger.phase('stage', () =>
      Promise.all([baseline(changing, topology), transaction.stage(changing)]),
    );
    throwIfInterrupted(request);
    const active = await ledger.phase('activate', () =>
      activateAll({ ...context, transaction, survey, before }, changing),
    );
    const hub = active.find((view) => view.host === HUB);
    await ledger.phase('verify', () => unlessInterrupted(verify(active, { topology, before, hub }), request));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return undo(context, transaction, [error.fault]);
  }
  const fleet = fleetMemory({
    target,
    survey,
    touched: transaction.touched,
    isHealing: request.target?.isHealing === true,
  });
  const routeTo = routes(topology);
  const decision = await ledger.phase('confirm', () =>
    confirm({ transaction, request, ports, routeTo, fleet }),
  );
  switch (decision.word) {
    case 'confirmed':
      return keep(context, transaction, decision.faults);
    case 'reverted':
      return undo(context, transaction, [...decision.faults.values()]);
    case 'unknown':
      return leaveUndecided(context, transaction, [...decision.faults.values()]);
  }
}

/** The hub may have decided or not, and cannot be asked: each host asks it when its timer runs off, and does as it says. */
function leaveUndecided(
  { ledger }: Run,
  { touched, did }: Transaction,
  faults: readonly Fault[],
): Deployment {
  for (const host of touched.keys()) ledger.set(host, 'undecided', undefined, did.get(host));
  return ledger.end('incomplete', faults);
}

/** After the commit point there is one way to end: whoever could not be confirmed confirms itself by asking the hub. */
async function keep(
  { request, ports, ledger }: Run,
  transaction: Transaction,
  lost: ReadonlyMap<HostName, Fault>,
): Promise<Deployment> {
  const routeTo = routes(request.topology);
  for (const [host, view] of transaction.touched) {
    ledger.set(host, view.settled ? 'unchanged' : 'confirmed', undefined, transaction.did.get(host));
  }
  const fates = await awaitFates({ request, ports, transaction, routeTo }, lost, 'confirming');
  for (const [host, { outcome, fault }] of fates) ledger.set(host, outcome, fault, transaction.did.get(host));
  const failed = [...fates.values()].flatMap(({ outcome, fault }) =>
    outcome === 'confirmed' || !fault ? [] : [fault],
  );
  return ledger.end(failed.length > 0 ? 'incomplete' : outcomeOf(transaction), failed);
}

/** A deployment that only waited in vain for joining hosts changed nothing. */
function outcomeOf(transaction: Transaction): DeploymentOutcome {
  return [...transaction.touched.values()].every((view) => view.settled) ? 'unchanged' : 'confirmed';
}

/** Before the commit point there is one way to end: everybody goes back, and each says so, or does it by itself. */
async function undo(
  { request, ports, ledger }: Run,
  transaction: Transaction,
  faults: readonly Fault[],
): Promise<Deployment> {
  if (transaction.touched.size === 0) return ledger.end('refused', faults);
  const lost = await ledger.phase('revert', () => transaction.revert());
  for (const host of transaction.touched.keys()) {
    if (!lost.has(host)) ledger.set(host, 'reverted', undefined, transaction.did.get(host));
  }
  const routeTo = routes(request.topology);
  const fates = await awaitFates({ request, ports, transaction, routeTo }, lost, 'reverting');
  for (const [host, { outcome, fault }] of fates) ledger.set(host, outcome, fault, transaction.did.get(host));
  const split = [...fates.values()].some(({ outcome }) => outcome === 'confirmed');
  return ledger.end(split ? 'incomplete' : 'reverted', faults);
}
