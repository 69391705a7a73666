import { formatAddress, type Family, type Prefix } from '../model/address.ts';
import type { RouteGroup } from '../model/host-state.ts';
import { HUB } from '../model/name.ts';
import type { End, Station } from '../model/proof.ts';
import type { ClusterSurroundings } from '../model/surroundings.ts';
import { blockOf, samples } from './atlas.ts';
import type { Place, World } from './world.ts';

/** An end and the stations that stand for everything in it. */
export interface Terminal {
  readonly end: End;
  /** Where its packets come from; services start nothing. */
  readonly sources: readonly Station[];
  readonly targets: readonly Station[];
}

/** One place of a family with its ends. */
export interface Site {
  readonly place: string;
  readonly terminals: readonly Terminal[];
}

/** The hub's own end in a family; undefined where it has none. */
export function hubTerminal({ places }: World, family: Family): Terminal | undefined {
  const address = places.get(HUB)?.around.tunnel.find((each) => each.family === family);
  if (!address) return undefined;
  const station: Station = { kind: 'hub', host: HUB, address, label: HUB };
  return { end: { place: HUB, kind: 'hub', name: HUB, family }, sources: [station], targets: [station] };
}

interface Scene {
  readonly world: World;
  readonly cluster: ClusterSurroundings;
  readonly family: Family;
  /** All prefixes of all tables. */
  readonly prefixes: readonly Prefix[];
  /** One node for all that differ in their names only. */
  readonly nodes: readonly Place[];
}

/** The ends of a cluster in a family: nodes, pods, services, then other ranges by name. What it does not have is left out. */
export function clusterTerminals(
  world: World,
  cluster: ClusterSurroundings,
  family: Family,
  prefixes: readonly Prefix[],
): readonly Terminal[] {
  const all = cluster.nodes.flatMap((node) => world.places.get(node) ?? []);
  const scene = { world, cluster, family, prefixes, nodes: distinct(all, family, prefixes) };
  const shown = pods(scene);
  const found: Terminal[] = [
    terminal(scene, 'nodes', 'nodes', nodes(scene)),
    terminal(scene, 'pods', 'pods', shown, podSources(scene, shown)),
    terminal(scene, 'services', 'services', services(scene), []),
    ...cluster.others.map((other) =>
      terminal(
        scene,
        'other',
        other.name,
        other.prefixes.flatMap((prefix) => inRange(scene, prefix, { kind: 'other', host: other.behind })),
      ),
    ),
  ];
  return found.filter(({ targets }) => targets.length > 0);
}

function terminal(
  { cluster, family }: Scene,
  kind: End['kind'],
  name: string,
  targets: readonly Station[],
  sources = targets,
): Terminal {
  return { end: { place: cluster.name, kind, name, family }, sources, targets };
}

function nodes({ nodes: all, family }: Scene): readonly Station[] {
  return all.flatMap(({ host, around }) =>
    [...around.addresses, ...around.tunnel]
      .filter((address) => address.family === family)
      .map((address): Station => ({ kind: 'nodes', host, address, label: host })),
  );
}

function pods(scene: Scene): readonly Station[] {
  const { nodes: all, cluster, world } = scene;
  const slices = [...new Set(cluster.nodes.flatMap((node) => world.places.get(node)?.around.pods ?? []))];
  return all.flatMap(({ host, around }) =>
    around.pods.flatMap((block) => {
      const others = slices.filter((slice) => slice.length > block.length);
      return inRange(scene, block, { kind: 'pods', host }, others);
    }),
  );
}

/** Where a node's address takes the place of its pods', one pod is like another. */
function podSources({ cluster }: Scene, shown: readonly Station[]): readonly Station[] {
  const hosts = new Map(shown.toReversed().map((station) => [station.host, station]));
  const hidden = [...hosts.values()].toReversed().map((station): Station => ({ ...station, isHidden: true }));
  return [...(cluster.masquerade === true ? [] : shown), ...(cluster.masquerade === false ? [] : hidden)];
}

/** Any node may be the one that answers. */
function services(scene: Scene): readonly Station[] {
  const { nodes: all, cluster } = scene;
  return cluster.services.flatMap((range) =>
    all.flatMap(({ host }) => inRange(scene, range, { kind: 'services', host })),
  );
}

function inRange(
  { prefixes, family }: Scene,
  range: Prefix,
  where: Pick<Station, 'kind' | 'host'>,
  except: readonly Prefix[] = [],
): readonly Station[] {
  if (range.family !== family) return [];
  return samples(prefixes, range, except).map(({ address, block }) => ({
    ...where,
    address: { family, value: address, text: formatAddress(family, address) },
    label: block.text,
  }));
}

function distinct(all: readonly Place[], family: Family, prefixes: readonly Prefix[]): readonly Place[] {
  const first = new Map<string, Place>();
  const keyOf = likeness(family, prefixes);
  for (const place of all) {
    const key = keyOf(place);
    if (!first.has(key)) first.set(key, place);
  }
  return [...first.values()];
}

/**
 * Tells which nodes of a cluster the network treats alike: those without a tunnel are many, with the same routes and addresses that no
 * table tells apart. Others are like themselves alone.
 */
export function likeness(family: Family, prefixes: readonly Prefix[]): (place: Place) => string {
  const groups: RouteGroup[] = [];
  const numberOf = (group: RouteGroup): number => {
    const at = groups.findIndex((each) => sameRoutes(each, group));
    return at < 0 ? groups.push(group) - 1 : at;
  };
  return ({ host, state, around }) => {
    const isPlain = state !== undefined && !state.wireguard && around.tunnel.length === 0;
    if (!isPlain) return host;
    return JSON.stringify([
      state.routes.filter((group) => group.family === family).map(numberOf),
      around.addresses.filter((each) => each.family === family).map((each) => blockOf(prefixes, each)),
      around.pods.map(({ text }) => text),
      around.onLink.map(({ text }) => text),
      [around.input, around.forward, state.forwarding, around.forwarding, state.chains],
    ]);
  };
}

function sameRoutes(a: RouteGroup, b: RouteGroup): boolean {
  if (a === b) return true;
  if (a.via?.text !== b.via?.text || a.family !== b.family) return false;
  const [one, other] = [a.destinations, b.destinations];
  return (
    one === other || (one.length === other.length && one.every((prefix, i) => prefix.text === other[i]!.text))
  );
}
