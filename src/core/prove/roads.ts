import type { Family, Prefix } from '../model/address.ts';
import { DECISION_PORT } from '../model/firewall.ts';
import { HUB, type HostName } from '../model/name.ts';
import type { Failure, LostRoad, Station } from '../model/proof.ts';
import { likeness } from './stations.ts';
import { failureOf } from './trace.ts';
import type { Place, World } from './world.ts';

interface Way {
  readonly road: LostRoad['road'];
  readonly host: HostName;
  readonly from: Place;
  readonly to: Station;
  readonly port: number;
}

/**
 * Logging in to each host from the one before it, and asking the hub from each, in the order of hosts. Of nodes that are treated alike
 * the first answers for the others, while it reaches.
 */
export function lostRoads(
  world: World,
  prefixes: ReadonlyMap<Family, readonly Prefix[]>,
): readonly LostRoad[] {
  const alike = new Map(
    world.surroundings.clusters.map(({ name }) => [
      name,
      { 4: likeness(4, prefixes.get(4) ?? []), 6: likeness(6, prefixes.get(6) ?? []) },
    ]),
  );
  const holds = new Set<string>();
  return [...logins(world), ...questions(world)].flatMap(({ road, host, from, to, port }): LostRoad[] => {
    const node = world.places.get(road === 'ssh' ? host : from.host);
    const cluster = alike.get(node?.around.cluster ?? '');
    const key =
      node &&
      cluster &&
      `${road} ${to.address.family} ${node.around.cluster} ${cluster[to.address.family](node)} ${from.around.tunnel.length > 0 ? from.host : ''}`;
    if (key !== undefined && holds.has(key)) return [];
    const failure = lost(world, from, to, port);
    if (failure) return [{ road, host, failure }];
    if (key !== undefined) holds.add(key);
    return [];
  });
}

function lost(world: World, from: Place, to: Station, port: number): Failure | undefined {
  const { host, around } = from;
  const address = around.tunnel[0] ?? around.addresses[0];
  if (!address) return undefined;
  const source: Station = { kind: host === HUB ? 'hub' : 'nodes', host, address, label: host };
  return failureOf(world, { from: source, to, protocol: 'tcp', port });
}

function logins({ surroundings, places }: World): readonly Way[] {
  return surroundings.roads.flatMap(({ host, from: name, address, port }): Way[] => {
    const from = places.get(name);
    const to: Station = { kind: 'nodes', host, address, label: host };
    return from ? [{ road: 'ssh', host, from, to, port }] : [];
  });
}

function questions({ surroundings, places }: World): readonly Way[] {
  return (surroundings.hosts.get(HUB)?.tunnel ?? []).flatMap((address) => {
    const to: Station = { kind: 'hub', host: HUB, address, label: HUB };
    return [...places.values()].flatMap((from): Way[] => {
      const { addresses, tunnel } = from.around;
      const speaks = [...addresses, ...tunnel].some(({ family }) => family === address.family);
      if (from.host === HUB || !speaks) return [];
      return [{ road: 'decision', host: from.host, from, to, port: DECISION_PORT }];
    });
  });
}
