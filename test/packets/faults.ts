import type { Fleet } from '../../src/core/model/host-state.ts';
import type { Topology } from '../../src/core/model/topology.ts';
import type { Random } from '../chaos/random.ts';
import { KERNEL_FAULTS } from './kernel-faults.ts';
import { RELEASE_FAULTS } from './release-faults.ts';
import { ROUTE_FAULTS } from './route-faults.ts';
import { WIREGUARD_FAULTS } from './wireguard-faults.ts';

export interface Broken {
  readonly kind: string;
  /** What was done, for whoever reads a disagreement. */
  readonly told: string;
  readonly fleet: Fleet;
}

/** Breaks something in host states; undefined where there is nothing of the kind to break. */
export type Fault = (fleet: Fleet, topology: Topology, dice: Random) => Omit<Broken, 'kind'> | undefined;

export const FAULTS: ReadonlyMap<string, Fault> = new Map(
  Object.entries({ ...ROUTE_FAULTS, ...WIREGUARD_FAULTS, ...KERNEL_FAULTS, ...RELEASE_FAULTS }),
);

/** Every kind is as likely as any other, whatever there are more of: routes or rules. */
export function breakSomething(fleet: Fleet, topology: Topology, dice: Random): Broken {
  for (;;) {
    const broken = breakOne(dice.pick([...FAULTS.keys()]), fleet, topology, dice);
    if (broken) return broken;
  }
}

/** One fault of this kind; undefined where there is nothing to break. */
export function breakOne(kind: string, fleet: Fleet, topology: Topology, dice: Random): Broken | undefined {
  const fault = FAULTS.get(kind);
  if (!fault) throw new Error(`there is no fault ${kind}: there are ${[...FAULTS.keys()].join(' ')}`);
  // Most draws hit a host that has something to break.
  for (let i = 0; i < DRAWS; i++) {
    const broken = fault(fleet, topology, dice);
    if (broken) return { kind, ...broken };
  }
  return undefined;
}

const DRAWS = 8;
