import { order, partsWays, type Phase, type Ring, type Wave } from '../../core/diff/order.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import type { Hosts } from '../ports.ts';
import { throwIfInterrupted } from './faults.ts';
import { arrivals } from './joining.ts';
import type { Ledger } from './ledger.ts';
import type { DeployPorts, DeployRequest } from './request.ts';
import type { Survey } from './survey.ts';
import type { Transaction } from './transaction.ts';
import { verify, type Baseline } from './verify.ts';
import type { Desired } from './desired.ts';
import type { View } from './view.ts';

interface Activation {
  readonly request: DeployRequest;
  readonly ports: DeployPorts;
  readonly ledger: Ledger;
  readonly hosts: Hosts;
  readonly desired: ReadonlyMap<HostName, Desired>;
  readonly transaction: Transaction;
  readonly survey: Survey;
  readonly before: Baseline;
}

const OUTWARDS: readonly Ring[] = [0, 1, 2];

/**
 * Activates the canaries, alone and verified, then all others. Answers every view that was activated.
 */
export async function activateAll(context: Activation, changing: readonly View[]): Promise<readonly View[]> {
  const { request, before, transaction } = context;
  // Whatever it changes, the hub is armed before anybody else: it decides for the others, who are told to ask it when their
  // timers run off, and those may not do so before its own.
  await transaction.activate(
    changing.filter((view) => view.host === HUB),
    'expand',
  );
  throwIfInterrupted(request);
  const canaries = changing.filter((view) => request.canary.includes(view.host));
  if (canaries.length > 0) {
    context.ports.progress.step(`canary: ${canaries.map((view) => view.host).join(', ')}`);
    await carryOut(context, canaries, []);
    const hub = changing.find((view) => view.host === HUB);
    await verify(canaries, { topology: request.topology, before, hub });
    throwIfInterrupted(request);
  }
  const rest = changing.filter((view) => !canaries.includes(view));
  return [...canaries, ...(await carryOut(context, rest, OUTWARDS))];
}

/**
 * Expands ring by ring, taking in the hosts that join as the road to them opens (in the rings of `joins`); then what moves; then what
 * removes, from the outside in. All of it with undo armed, so that what is verified is the final state.
 */
async function carryOut(
  context: Activation,
  views: readonly View[],
  joins: readonly Ring[],
): Promise<readonly View[]> {
  const { request, transaction, survey } = context;
  const all = [...views];
  const due = (phase: Phase, ring: Ring): readonly View[] => {
    const wave = wavesOf(all).find((each) => each.phase === phase && each.ring === ring);
    return all.filter((view) => wave?.hosts.includes(view.host));
  };
  const step = async (phase: Phase, ring: Ring): Promise<void> => {
    await transaction.activate(due(phase, ring), phase);
    throwIfInterrupted(request);
  };
  for (const ring of OUTWARDS) {
    const come = joins.includes(ring) ? await arrivals({ ...context, joining: survey.joining, ring }) : [];
    await transaction.stage(come);
    all.push(...come);
    if (ring > 0) await step('expand', ring);
  }
  if (partsWays(all)) {
    await transaction.activateTogether({ hub: due('switch', 0), others: due('switch', 1) }, 'switch');
    throwIfInterrupted(request);
    await step('switch', 2);
  } else for (const ring of OUTWARDS) await step('switch', ring);
  for (const ring of OUTWARDS.toReversed()) await step('whole', ring);
  return all;
}

function wavesOf(views: readonly View[]): readonly Wave[] {
  return order(
    views.map(({ host, changes, desired: { state, mends = false } }) => ({
      host,
      changes,
      after: state,
      mends,
    })),
  );
}
