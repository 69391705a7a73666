import { comparePrefix, covers, overlaps, type Family, type Prefix } from '../model/address.ts';
import { HUB } from '../model/name.ts';
import { clamps } from './firewall.ts';
import { longestPrefix } from './lookup.ts';
import type { Site, Terminal } from './stations.ts';
import { failureOf } from './trace.ts';
import type { Place, World } from './world.ts';

/** What can be said of most pairs of clusters without tracing them. */
export interface Outline {
  /** The clusters that a cluster may not reach, by number, ascending. All others it reaches, there and back. */
  suspects(from: number): readonly number[];
}

// How many others a cluster is tried with: the first ones may be broken themselves.
const WITNESSES = 3;

/**
 * Two clusters reach each other if each reaches some third one, there and back, and the tables of each send everything of the
 * other the same way as everything of that third one. A packet's way has two halves, each decided by one of the clusters
 * and the hub; what the halves ask of each other is whether an address is in a table. So a fleet of a thousand
 * clusters costs a thousand comparisons with one, and not a million. Where any of this is in doubt, the pair is a suspect.
 */
export function outline(
  world: World,
  sites: readonly Site[],
  family: Family,
  prefixes: readonly Prefix[],
): Outline {
  const roots = outermost(prefixes);
  const alien = overlapping(world, sites);
  const views = sites.map((site) => viewOf({ world, family, roots }, site, alien.has(site.place)));
  const sound = views.map((view, i) => view !== undefined && isSound({ world, sites, views }, i));
  const broken = sound.flatMap((is, i) => (is ? [] : [i]));
  const owners = new Map<number, number[]>();
  views.forEach((view, i) =>
    view?.needs.forEach((root) => owners.set(root, [...(owners.get(root) ?? []), i])),
  );
  const apart = views.map(() => new Set<number>());
  views.forEach((view, i) =>
    view?.lacks.forEach((root) =>
      owners.get(root)?.forEach((other) => {
        if (other === i) return;
        apart[i]!.add(other);
        apart[other]!.add(i);
      }),
    ),
  );
  const everybody = sites.map((_, i) => i);
  return {
    suspects: (from) =>
      sound[from]
        ? [...new Set([...broken, ...apart[from]!])].toSorted((a, b) => a - b)
        : everybody.filter((to) => to !== from),
  };
}

/** Which outermost prefixes a cluster's addresses are in, and which its tables lack. */
interface View {
  readonly needs: ReadonlySet<number>;
  readonly lacks: ReadonlySet<number>;
}

interface Scene {
  readonly world: World;
  readonly family: Family;
  readonly roots: readonly Prefix[];
}

/** Undefined where its tables send different addresses different ways, and so one does not stand for another. */
function viewOf({ world, family, roots }: Scene, site: Site, isAlien: boolean): View | undefined {
  if (isAlien) return undefined;
  const places = (world.clusters.get(site.place)?.nodes ?? []).flatMap(
    (node) => world.places.get(node) ?? [],
  );
  const found = places.map((place) => tablesOf(world, place, family));
  if (found.some((each) => each === undefined)) return undefined;
  const tables = [...new Set(found.flatMap((each) => each ?? []))];
  const needs = new Set(
    site.terminals.flatMap(({ targets }) => targets.map(({ address }) => longestPrefix(roots, address))),
  );
  if (needs.has(-1)) return undefined;
  return { needs, lacks: new Set(tables.flatMap((table) => lacking(roots, table, family))) };
}

/** The tables by which a node treats all addresses of other clusters alike; undefined where it does not. */
function tablesOf({ places }: World, place: Place, family: Family): (readonly Prefix[])[] | undefined {
  const { state, around } = place;
  const routes = state?.routes.filter((group) => group.family === family) ?? [];
  const speaks = [...around.addresses, ...around.tunnel].some((each) => each.family === family);
  if (!speaks) return [];
  if (routes.length !== 1) return undefined;
  const wireguard = state?.wireguard;
  if (!wireguard) return [routes[0]!.destinations];
  // What a sender may send depends on both sides, unless each tells the other about the same MTU.
  const syn = {
    family,
    in: 'lan',
    out: 'tunnel',
    protocol: 'tcp',
    port: undefined,
    isAnswer: false,
  } as const;
  const isUsual =
    wireguard.peers.length === 1 &&
    wireguard.mtu === places.get(HUB)?.state?.wireguard?.mtu &&
    clamps(place, syn);
  return isUsual ? [routes[0]!.destinations, wireguard.peers[0]!.allowedIPs] : undefined;
}

/** The outermost prefixes that are not in a table, by number. Both are sorted, and mostly hold the very same objects. */
function lacking(roots: readonly Prefix[], table: readonly Prefix[], family: Family): readonly number[] {
  const found: number[] = [];
  let at = 0;
  roots.forEach((root, i) => {
    while (at < table.length && table[at] !== root && isBefore(table[at]!, root, family)) at++;
    if (at < table.length && (table[at] === root || comparePrefix(table[at]!, root) === 0)) at++;
    else found.push(i);
  });
  return found;
}

function isBefore(prefix: Prefix, root: Prefix, family: Family): boolean {
  return prefix.family !== family || comparePrefix(prefix, root) < 0;
}

function outermost(prefixes: readonly Prefix[]): readonly Prefix[] {
  const roots: Prefix[] = [];
  for (const prefix of prefixes) if (roots.length === 0 || !covers(roots.at(-1)!, prefix)) roots.push(prefix);
  return roots;
}

/** The clusters that claim addresses of others, or of the tunnel. */
function overlapping({ surroundings }: World, sites: readonly Site[]): ReadonlySet<string> {
  const known = new Set(sites.map(({ place }) => place));
  const claims = surroundings.clusters
    .filter(({ name }) => known.has(name))
    .flatMap(({ name, subnets, pods, services, others }) =>
      [...subnets, ...pods, ...services, ...others.flatMap((other) => other.prefixes)].map((prefix) => ({
        name,
        prefix,
      })),
    )
    .toSorted((a, b) => comparePrefix(a.prefix, b.prefix));
  const found = new Set<string>();
  let last = claims[0];
  for (const claim of claims.slice(1)) {
    if (last && overlaps(last.prefix, claim.prefix)) {
      if (last.name !== claim.name) found.add(last.name).add(claim.name);
    } else last = claim;
  }
  return found;
}

interface Trial {
  readonly world: World;
  readonly sites: readonly Site[];
  readonly views: readonly (View | undefined)[];
}

/** Whether everything of a cluster reaches one station of each kind of some other, and is reached from there. */
function isSound({ world, sites, views }: Trial, i: number): boolean {
  const own = sites[i]!.terminals;
  let tries = 0;
  for (let j = 0; j < sites.length && tries < WITNESSES; j++) {
    const [view, other] = [views[i], views[j]];
    if (j === i || !view || !other || isApart(view, other)) continue;
    tries++;
    const others = sites[j]!.terminals.map((each) => ({
      ...each,
      sources: each.sources.slice(0, 1),
      targets: each.targets.slice(0, 1),
    }));
    if (
      others.every((there) => own.every((here) => passes(world, here, there) && passes(world, there, here)))
    )
      return true;
  }
  return false;
}

function isApart(a: View, b: View): boolean {
  return [...a.lacks].some((root) => b.needs.has(root)) || [...b.lacks].some((root) => a.needs.has(root));
}

function passes(world: World, from: Terminal, to: Terminal): boolean {
  return from.sources.every((source) =>
    to.targets.every(
      (target) => failureOf(world, { from: source, to: target, protocol: 'tcp' }) === undefined,
    ),
  );
}
