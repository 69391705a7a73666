import { containsAddress, parseAddress, type Address } from '../model/address.ts';
import { HUB } from '../model/name.ts';
import type { Station } from '../model/proof.ts';
import { atlas } from './atlas.ts';
import { clusterTerminals, hubTerminal, type Terminal } from './stations.ts';
import type { Place, World } from './world.ts';

/** The stations that a name or an address stands for, IPv4 first; empty where it stands for nothing here. */
export interface Aim {
  readonly sources: readonly Station[];
  readonly targets: readonly Station[];
}

/**
 * What a person means by `all`, `hub`, a cluster, `CLUSTER/NODE`, `CLUSTER/pods`, the name of another range, or an address: of what is many
 * the first that the network treats alike.
 */
export function aim(world: World, text: string): Aim {
  const address = parseAddress(text);
  if (address) {
    const found = atAddress(world, address);
    return { sources: found, targets: found };
  }
  const [place = '', name] = text.split('/');
  if (text === 'all') return everything(world);
  if (place === HUB && name === undefined)
    return both(([4, 6] as const).flatMap((family) => hubTerminal(world, family) ?? []));
  const cluster = world.clusters.get(place);
  if (!cluster) return { sources: [], targets: [] };
  const terminals = ([4, 6] as const).flatMap((family) =>
    clusterTerminals(world, cluster, family, atlas(world, family)),
  );
  const named = terminals.filter(({ end }) => name === undefined || end.name === name);
  if (named.length > 0) return both(named);
  const node = [...world.places.values()].find(({ host }) => host === text);
  const stations = node ? nodeStations(node) : [];
  return { sources: stations, targets: stations };
}

function everything(world: World): Aim {
  const places = [HUB, ...world.clusters.keys()].map((place) => aim(world, place));
  return {
    sources: places.flatMap(({ sources }) => sources),
    targets: places.flatMap(({ targets }) => targets),
  };
}

function both(terminals: readonly Terminal[]): Aim {
  return {
    sources: terminals.flatMap(({ sources }) => sources),
    targets: terminals.flatMap(({ targets }) => targets),
  };
}

function nodeStations({ host, around }: Place): readonly Station[] {
  return [...around.addresses, ...around.tunnel].map((address) => ({
    kind: 'nodes',
    host,
    address,
    label: host,
  }));
}

function atAddress(world: World, address: Address): readonly Station[] {
  const places = [...world.places.values()];
  const own = places.find(({ around, host }) =>
    [...(host === HUB ? [] : around.addresses), ...around.tunnel].some((each) => each.text === address.text),
  );
  if (own) return [{ kind: own.host === HUB ? 'hub' : 'nodes', host: own.host, address, label: own.host }];
  return [...podAt(places, address), ...rangeAt(world, address)].slice(0, 1);
}

/** On the node whose block is the most specific one; where several share it, the first. */
function podAt(places: readonly Place[], address: Address): readonly Station[] {
  const blocks = places.flatMap(({ host, around }) =>
    around.pods.filter((block) => containsAddress(block, address)).map((block) => ({ host, block })),
  );
  const [best] = blocks.toSorted((a, b) => b.block.length - a.block.length);
  return best ? [{ kind: 'pods', host: best.host, address, label: best.block.text }] : [];
}

function rangeAt({ surroundings }: World, address: Address): readonly Station[] {
  return surroundings.clusters.flatMap((cluster): Station[] => {
    const [node] = cluster.nodes;
    const service = cluster.services.find((range) => containsAddress(range, address));
    const other = cluster.others.find(({ prefixes }) =>
      prefixes.some((range) => containsAddress(range, address)),
    );
    return [
      ...(service && node ? [{ kind: 'services', host: node, address, label: service.text } as const] : []),
      ...(other ? [{ kind: 'other', host: other.behind, address, label: other.name } as const] : []),
    ];
  });
}
