import { DECISION_PORT } from '../model/firewall.ts';
import { HUB, type HostName } from '../model/name.ts';
import type { LostRoad, Station } from '../model/proof.ts';
import { trace } from './trace.ts';
import type { World } from './world.ts';

/** Logging in to each host from the one before it, and asking the hub from each. In the order of hosts. */
export function lostRoads(world: World): readonly LostRoad[] {
  const { hosts, roads } = world.surroundings;
  const logins = roads.flatMap(({ host, from, address, port }): LostRoad[] => {
    const station = stationOf(world, from);
    if (!station) return [];
    const to: Station = { kind: 'nodes', host, address, label: host };
    const { failure } = trace(world, { from: station, to, protocol: 'tcp', port });
    return failure ? [{ road: 'ssh', host, failure }] : [];
  });
  const asking = (hosts.get(HUB)?.tunnel ?? []).flatMap((address) => {
    const to: Station = { kind: 'hub', host: HUB, address, label: HUB };
    return [...hosts.values()].flatMap(({ host, addresses, tunnel }): LostRoad[] => {
      const speaks = [...addresses, ...tunnel].some(({ family }) => family === address.family);
      const from = host === HUB || !speaks ? undefined : stationOf(world, host);
      if (!from) return [];
      const { failure } = trace(world, { from, to, protocol: 'tcp', port: DECISION_PORT });
      return failure ? [{ road: 'decision', host, failure }] : [];
    });
  });
  return [...logins, ...asking];
}

function stationOf({ places }: World, host: HostName): Station | undefined {
  const around = places.get(host)?.around;
  const address = around?.tunnel[0] ?? around?.addresses[0];
  return address && { kind: host === HUB ? 'hub' : 'nodes', host, address, label: host };
}
