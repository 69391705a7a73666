import { HUB, type HostName } from '../../src/core/model/name.ts';
import type { Deployment, Ended } from './deployment.ts';
import { sleep, type ChaosFleet } from './fleet.ts';
import type { Random } from './random.ts';
import type { ChaosRelease } from './releases.ts';

/** How a release is spoilt. */
export interface Spoilt {
  readonly endpoint?: string;
  readonly interface?: string;
  readonly range?: string;
  /** Another public key for a host. */
  readonly key?: { readonly host: HostName; readonly key: string };
}

/** Where a calamity happens: a fleet that is on `from`, about to be deployed `to`. */
export interface Scene {
  readonly fleet: ChaosFleet;
  readonly random: Random;
  readonly from: ChaosRelease;
  readonly to: ChaosRelease;
  /** `to`, with something wrong in it. */
  readonly spoil: (how: Spoilt) => ChaosRelease;
  /** Every release that a trial may go to. */
  readonly releases: readonly ChaosRelease[];
  /** How long a deployment that nothing happens to takes here. */
  readonly usualMs: number;
  /** Starts a deployment of `to`, or of another release, with this trial's confirm timeout. */
  readonly start: (release?: ChaosRelease) => Deployment;
  /** Says what was done, for the trial's line. */
  readonly note: (what: string) => void;
  /** What puts the world right again: run before the last look, unless the calamity has run it before. */
  readonly mend: (mend: () => Promise<unknown>) => () => Promise<void>;
}

/** A deployment that was started, and what it was to deploy. */
export interface Attempt {
  readonly release: ChaosRelease;
  readonly ended: Ended;
  readonly killed?: boolean;
}

export interface Happened {
  readonly attempts: readonly Attempt[];
  /** The hosts can only agree when the world is put right: what they ask each other by was broken, or a disk is full. */
  readonly needsMending?: boolean;
  /** The only exit codes that would be true; any, when left out. */
  readonly exits?: readonly number[];
}

export type Calamity = (scene: Scene) => Promise<Happened>;

/** Waits for a moment of a deployment's usual duration, or for its end. */
export async function someMoment({ random, usualMs }: Scene, deployment: Deployment): Promise<void> {
  await Promise.race([sleep(random.unit() * usualMs), deployment.ended]);
}

export function someHost(
  { fleet, random }: Scene,
  which: (host: HostName) => boolean = () => true,
): HostName {
  return random.pick(fleet.hosts.filter(which));
}

/** One on which the deployment does something; the hub takes part in every one. */
export function someChangingHost(scene: Scene, which: (host: HostName) => boolean = () => true): HostName {
  const { from, to } = scene;
  const changes = (host: HostName) => to.digests.has(host) && to.digests.get(host) !== from.digests.get(host);
  return someHost(scene, (host) => (changes(host) || host === HUB) && which(host));
}

/** A line of bash that goes on as soon as the hub has decided for a release: from here on the fleet must keep it. */
export const WHEN_DECIDED = `decision=/var/lib/kuiil/current/decision; before=$(<$decision)
  while [[ $(<$decision) == "$before" && ! -e /run/given-up ]]; do sleep 0.003; done`;
