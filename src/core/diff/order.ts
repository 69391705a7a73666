import type { Change, ChangeKind } from '../model/change.ts';
import type { HostState } from '../model/host-state.ts';
import { compareHosts, HUB, type HostName } from '../model/name.ts';
import { effects } from './effects.ts';

/** How much of a release one activation carries out (docs/host.md). */
export type Phase = 'expand' | 'switch' | 'whole';

/** One wave of a deployment: these hosts, at the same time. */
export interface Wave {
  readonly phase: Phase;
  /** Distance from the hub: 0 the hub, 1 tunnel nodes, 2 plain nodes. */
  readonly ring: Ring;
  readonly hosts: readonly HostName[];
}

export type Ring = 0 | 1 | 2;

export interface Step {
  readonly host: HostName;
  readonly changes: readonly Change[];
  readonly after: HostState;
  /** More may have to move or go than the changes show. */
  readonly mends?: boolean;
}

/**
 * The order that never cuts the road to the next host: everything additive first, from the hub outwards; then what
 * can only have one value; then what removes, from the outside in. A host whose changes only add, or
 * only remove, is activated once; no host more than three times. Waves without hosts are left out.
 */
export function order(steps: readonly Step[]): readonly Wave[] {
  const plans = steps
    .toSorted((a, b) => compareHosts(a.host, b.host))
    .map((step) => ({ host: step.host, ring: ring(step), phases: phases(step) }));
  const wave = (slot: Slot, at: Ring): readonly Wave[] => {
    const hosts = plans.filter((plan) => plan.ring === at && plan.phases[slot] !== undefined);
    return hosts.length === 0
      ? []
      : [{ phase: hosts[0]!.phases[slot]!, ring: at, hosts: hosts.map((plan) => plan.host) }];
  };
  return [
    ...([0, 1, 2] as const).flatMap((at) => wave('first', at)),
    ...([0, 1, 2] as const).flatMap((at) => wave('second', at)),
    ...([2, 1, 0] as const).flatMap((at) => wave('third', at)),
  ];
}

/**
 * Whether hub and tunnel nodes have to switch at the same time: from one side's switch to the other's they cannot talk to each
 * other, so whoever is still to be told would never hear of it.
 */
export function partsWays(steps: readonly Pick<Step, 'host' | 'changes'>[]): boolean {
  return steps.some(({ host, changes }) =>
    changes.some(({ kind }) => (host === HUB ? HUB_PARTS : NODE_PARTS).includes(kind)),
  );
}

/** A router behind NAT is met only at the port that it dialled. The port of its own it may change alone: it dials anew. */
const HUB_PARTS: readonly ChangeKind[] = ['port-changed', 'public-key-changed', 'interface-renamed'];
const NODE_PARTS: readonly ChangeKind[] = ['public-key-changed', 'interface-renamed'];

type Slot = 'first' | 'second' | 'third';

/** A host that neither adds nor moves nor removes anything still takes its place, to learn the release's name. */
function phases({ changes, mends = false }: Step): Partial<Record<Slot, Phase>> {
  const does = effects(changes);
  if (mends) return { first: 'expand', third: 'whole' };
  if (does.size === 0) return { first: 'expand' };
  return {
    ...(does.has('add') ? { first: 'expand' as const } : {}),
    ...(does.has('move') ? { second: 'switch' as const } : {}),
    ...(does.has('remove') ? { third: 'whole' as const } : {}),
  };
}

/** How far from the hub a host stands: the road to each ring leads through the one before. */
export function ring(step: Pick<Step, 'host' | 'after'>): Ring {
  return step.host === HUB ? 0 : step.after.wireguard ? 1 : 2;
}
