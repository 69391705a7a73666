import type { Family, Prefix } from '../model/address.ts';
import type { Fleet } from '../model/host-state.ts';
import type { Proof, Unreached } from '../model/proof.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { atlas } from './atlas.ts';
import { outline, type Outline } from './outline.ts';
import { lostRoads } from './roads.ts';
import { clusterTerminals, hubTerminal, type Site, type Terminal } from './stations.ts';
import { failureOf } from './trace.ts';
import { world, type World } from './world.ts';

export interface ProveOptions {
  /** Without short cuts: every pair is traced by itself. For tests, which compare. */
  readonly eachPair?: boolean;
}

/** Of the proof only what Kuiil itself needs: a small part of the work. */
export function proveRoads(fleet: Fleet, surroundings: Surroundings): Proof['roads'] {
  const scene = world(fleet, surroundings);
  return lostRoads(scene, prefixesOf(scene));
}

/** Proves from host states alone who reaches whom. What it assumes of the world around them is all in `surroundings`. */
export function prove(fleet: Fleet, surroundings: Surroundings, options: ProveOptions = {}): Proof {
  const scene = world(fleet, surroundings);
  const prefixes = prefixesOf(scene);
  const parts = [...prefixes].map(([family, all]) => proveFamily({ scene, family, prefixes: all }, options));
  return {
    ends: parts.flatMap(({ ends }) => ends),
    unreached: parts.flatMap(({ unreached }) => unreached),
    roads: lostRoads(scene, prefixes),
  };
}

function prefixesOf(scene: World): ReadonlyMap<Family, readonly Prefix[]> {
  return new Map(([4, 6] as const).map((family) => [family, atlas(scene, family)]));
}

interface Part {
  readonly scene: World;
  readonly family: Family;
  readonly prefixes: readonly Prefix[];
}

function proveFamily(
  { scene, family, prefixes }: Part,
  { eachPair = false }: ProveOptions,
): Pick<Proof, 'ends' | 'unreached'> {
  const hub = hubTerminal(scene, family);
  const sites: readonly Site[] = scene.surroundings.clusters
    .map((cluster) => ({
      place: cluster.name,
      terminals: clusterTerminals(scene, cluster, family, prefixes),
    }))
    .filter(({ terminals }) => terminals.length > 0);
  const view = eachPair ? undefined : outline(scene, sites, family, prefixes);
  const all: readonly Site[] = hub ? [{ place: hub.end.place, terminals: [hub] }, ...sites] : sites;
  const unreached = all.flatMap((from, i) =>
    suspects(all, i, hub !== undefined, view).flatMap((to) => provePair(scene, from, to)),
  );
  return { ends: all.flatMap(({ terminals }) => terminals.map(({ end }) => end)), unreached };
}

/** The places that a place may not reach, in order: all but those that the outline answers for. */
function suspects(
  all: readonly Site[],
  from: number,
  withHub: boolean,
  view: Outline | undefined,
): readonly Site[] {
  if (!view || (withHub && from === 0)) return all.filter((_, to) => to !== from);
  const skip = withHub ? 1 : 0;
  const listed = view.suspects(from - skip).map((to) => all[to + skip]!);
  return withHub ? [all[0]!, ...listed] : listed;
}

function provePair(scene: World, from: Site, to: Site): readonly Unreached[] {
  return from.terminals.flatMap((source) =>
    to.terminals.flatMap((target) => proveEnds(scene, source, target) ?? []),
  );
}

/** The first pair of stations that fails. */
function proveEnds(scene: World, from: Terminal, to: Terminal): Unreached | undefined {
  const protocol = to.end.kind === 'hub' ? 'icmp' : 'tcp';
  for (const source of from.sources) {
    for (const target of to.targets) {
      const failure = failureOf(scene, { from: source, to: target, protocol });
      if (failure) return { from: from.end, to: to.end, source, target, failure };
    }
  }
  return undefined;
}
