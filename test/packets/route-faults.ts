import { comparePrefix, hostPrefix, type Address, type Prefix } from '../../src/core/model/address.ts';
import {
  compareRoutes,
  type Fleet,
  type HostState,
  type RouteGroup,
} from '../../src/core/model/host-state.ts';
import { HUB } from '../../src/core/model/name.ts';
import type { Topology } from '../../src/core/model/topology.ts';
import type { Random } from '../chaos/random.ts';
import { changed } from './changed.ts';
import type { Fault } from './faults.ts';
import { aPartOf } from './part.ts';

const missing: Fault = (fleet, _, dice) => {
  const at = anyRoute(fleet, dice);
  if (!at) return undefined;
  const { state, group, prefix } = at;
  return {
    told: `${state.host} lost its route to ${prefix.text}`,
    fleet: changed(fleet, { ...state, routes: without(state.routes, group, prefix) }),
  };
};

const elsewhere: Fault = (fleet, topology, dice) => {
  const at = anyRoute(fleet, dice);
  const via = at && otherHop(at.state, at.group, topology, dice);
  if (!at || via === undefined) return undefined;
  const { state, group, prefix } = at;
  return {
    told: `${state.host} routes ${prefix.text} ${hopText(via)}`,
    fleet: changed(fleet, {
      ...state,
      routes: withRoute(without(state.routes, group, prefix), prefix, via),
    }),
  };
};

const narrower: Fault = (fleet, topology, dice) => {
  const at = anyRoute(fleet, dice);
  const via = at && otherHop(at.state, at.group, topology, dice);
  const part = at && aPartOf(at.prefix, topology, dice);
  if (!at || via === undefined || !part) return undefined;
  return {
    told: `${at.state.host} also routes ${part.text} ${hopText(via)}`,
    fleet: changed(fleet, { ...at.state, routes: withRoute(at.state.routes, part, via) }),
  };
};

/** Its own cluster's addresses, sent into the tunnel. */
const hijacked: Fault = (fleet, topology, dice) => {
  const cluster = dice.pick(topology.clusters);
  const node = dice.pick(cluster.nodes);
  const other = dice.pick(cluster.nodes);
  const state = fleet.get(node.name)!;
  const address = dice.pick(other.addresses).value;
  if (other === node || !state.wireguard) return undefined;
  const prefix = hostPrefix(address);
  return {
    told: `${node.name} routes its neighbour ${prefix.text} into the tunnel`,
    fleet: changed(fleet, { ...state, routes: withRoute(state.routes, prefix, 'tunnel') }),
  };
};

export const ROUTE_FAULTS = {
  'route-missing': missing,
  'route-elsewhere': elsewhere,
  'route-narrower': narrower,
  'route-hijacked': hijacked,
} satisfies Record<string, Fault>;

type Hop = Address | 'tunnel';

interface OneRoute {
  readonly state: HostState;
  readonly group: RouteGroup;
  readonly prefix: Prefix;
}

function anyRoute(fleet: Fleet, dice: Random): OneRoute | undefined {
  const state = dice.pick([...fleet.values()]);
  if (state.routes.length === 0) return undefined;
  const group = dice.pick(state.routes);
  return { state, group, prefix: dice.pick(group.destinations) };
}

/** A neighbour's address, or the tunnel where the route leads elsewhere. */
function otherHop(
  { host, wireguard }: HostState,
  { family, via }: RouteGroup,
  topology: Topology,
  dice: Random,
) {
  if (host === HUB) return undefined;
  const cluster = topology.clusters.find(({ nodes }) => nodes.some(({ name }) => name === host))!;
  const neighbours = cluster.nodes
    .filter(({ name }) => name !== host)
    .flatMap(({ addresses }) => addresses.map(({ value }) => value))
    .filter((address) => address.family === family && address.text !== via?.text);
  const hops: readonly Hop[] = [...neighbours, ...(wireguard && via ? (['tunnel'] as const) : [])];
  return hops.length > 0 ? dice.pick(hops) : undefined;
}

function hopText(hop: Hop): string {
  return hop === 'tunnel' ? 'into the tunnel' : `via ${hop.text}`;
}

function without(routes: readonly RouteGroup[], group: RouteGroup, prefix: Prefix): readonly RouteGroup[] {
  return routes
    .map((each) =>
      each === group
        ? { ...each, destinations: each.destinations.filter((other) => other !== prefix) }
        : each,
    )
    .filter(({ destinations }) => destinations.length > 0);
}

function withRoute(routes: readonly RouteGroup[], prefix: Prefix, hop: Hop): readonly RouteGroup[] {
  const isHop = ({ family, via }: RouteGroup) =>
    family === prefix.family && via?.text === (hop === 'tunnel' ? undefined : hop.text);
  const group = routes.find(isHop) ?? {
    family: prefix.family,
    ...(hop === 'tunnel' ? {} : { via: hop }),
    destinations: [],
  };
  const destinations = [...group.destinations, prefix].toSorted(comparePrefix);
  return [...routes.filter((each) => !isHop(each)), { ...group, destinations }].toSorted(compareRoutes);
}
