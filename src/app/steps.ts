import { diff } from '../core/diff/diff.ts';
import { order, partsWays, type Wave } from '../core/diff/order.ts';
import { during } from '../core/diff/phase.ts';
import type { Fleet, HostState } from '../core/model/host-state.ts';
import type { HostName } from '../core/model/name.ts';
import type { Gap, LostRoad, Proof, Unreached } from '../core/model/proof.ts';
import type { Surroundings } from '../core/model/surroundings.ts';
import { prove, proveRoads } from '../core/prove/prove.ts';

// In a wave of more hosts only its end is looked at: each host in between would cost a whole proof.
const ONE_BY_ONE = 8;

/**
 * Every moment of a deployment at which something does not hold that does before and after it: pairs of ends, and ways that
 * Kuiil needs. `around` is what is the same the whole time (core/prove/common.ts). Hosts switch together where the order says so.
 */
export function gaps(before: Fleet, after: Fleet, around: Surroundings): readonly Gap[] {
  return missing(before, after, (fleet) => prove(fleet, around));
}

/**
 * The same of logging in alone, for a deployment that is about to begin: a small part of the work. Where `before` or `after` lack a host, nothing
 * is known of the way to it. `waves` are the deployment's own.
 */
export function roadGaps(
  before: Fleet,
  after: Fleet,
  around: Surroundings,
  waves = wavesOf(before, after),
): readonly Gap[] {
  const look = (fleet: Fleet) => ({
    unreached: [],
    roads: proveRoads(fleet, around).filter(({ road }) => road === 'ssh'),
  });
  return missing(before, after, look, waves);
}

type Look = (fleet: Fleet) => Pick<Proof, 'unreached' | 'roads'>;

function missing(before: Fleet, after: Fleet, look: Look, waves = wavesOf(before, after)): readonly Gap[] {
  const [first, last] = [look(before), look(after)];
  const never = new Set([...first.unreached, ...last.unreached].map(pairKey));
  const lost = new Set([...first.roads, ...last.roads].map(roadKey));
  const fleet = new Map(before);
  return moments(waves).flatMap(({ step, wave, hosts }) => {
    for (const host of hosts) fleet.set(host, during(before.get(host), after.get(host)!, wave.phase));
    const now = look(fleet);
    const unreached = now.unreached.filter((each) => !never.has(pairKey(each)));
    const roads = now.roads.filter((each) => !lost.has(roadKey(each)));
    if (unreached.length + roads.length === 0) return [];
    return [{ step, phase: wave.phase, hosts: wave.hosts, unreached, roads }];
  });
}

interface Moment {
  readonly step: number;
  readonly wave: Wave;
  /** Who has been activated since the moment before. */
  readonly hosts: readonly HostName[];
}

/** In which order a deployment changes what differs. */
function wavesOf(before: Fleet, after: Fleet): readonly Wave[] {
  const steps = [...after].flatMap(([host, state]) => {
    const changes = diff(before.get(host), state);
    return changes.length === 0 ? [] : [{ host, changes, after: state satisfies HostState }];
  });
  return partsWays(steps) ? together(order(steps)) : order(steps);
}

function moments(waves: readonly Wave[]): readonly Moment[] {
  return waves.flatMap((wave, i): Moment[] => {
    const isShared = wave.phase === 'switch';
    const groups =
      isShared || wave.hosts.length > ONE_BY_ONE ? [wave.hosts] : wave.hosts.map((host) => [host]);
    return groups.map((hosts) => ({ step: i + 1, wave, hosts }));
  });
}

/** The switches of hub and tunnel nodes as one wave. */
function together(waves: readonly Wave[]): readonly Wave[] {
  const isPart = (wave: Wave) => wave.phase === 'switch' && wave.ring < 2;
  const parts = waves.filter(isPart);
  const [first] = parts;
  if (!first) return waves;
  const joint: Wave = { ...first, hosts: parts.flatMap(({ hosts }) => hosts) };
  return waves.flatMap((wave) => (wave === first ? [joint] : isPart(wave) ? [] : [wave]));
}

function pairKey({ from, to }: Unreached): string {
  return JSON.stringify([from.family, from.place, from.name, to.place, to.name]);
}

function roadKey({ road, host, failure }: LostRoad): string {
  return JSON.stringify([road, host, failure.address.family]);
}
