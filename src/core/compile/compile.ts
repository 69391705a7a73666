import type { Address, Family, Prefix } from '../model/address.ts';
import {
  compareRoutes,
  type Fleet,
  type HostState,
  type Peer,
  type RouteGroup,
} from '../model/host-state.ts';
import { HUB, type HostName } from '../model/name.ts';
import {
  activeRouter,
  families,
  isPending,
  isTunnelNode,
  type Cluster,
  type Endpoint,
  type Hub,
  type Node,
  type Topology,
} from '../model/topology.ts';
import { hubChains, tunnelNodeChains } from './firewall.ts';
import { behindTunnel, network, type Network } from './network.ts';

type Destinations = ReadonlyMap<Family, readonly Prefix[]>;

/**
 * The state of every host of a valid topology: the hub first, then by cluster and node. Pending hosts have none,
 * and what only they answer for is routed nowhere.
 */
export function compile(topology: Topology): Fleet {
  const net = network(topology);
  const fleet = new Map<HostName, HostState>();
  if (!isPending(topology.hub)) fleet.set(HUB, hubState(topology, net));
  for (const cluster of topology.clusters) {
    const destinations = isPending(topology.hub) ? new Map<Family, Prefix[]>() : behindTunnel(net, cluster);
    const plain = plainRoutes(cluster, destinations);
    for (const node of cluster.nodes) {
      if (isPending(node)) continue;
      fleet.set(
        node.name,
        isTunnelNode(node) ? tunnelNodeState(topology, node, destinations) : plainNodeState(node, plain),
      );
    }
  }
  return fleet;
}

function hubState(topology: Topology, net: Network): HostState {
  const { wireguard, hub } = topology;
  return {
    host: HUB,
    wireguard: {
      interface: wireguard.interface,
      publicKey: hub.enrolment.publicKey!.value,
      port: hub.endpoint.port,
      mtu: wireguard.mtu,
      addresses: hub.tunnel.map((address) => address.value),
      peers: topology.clusters
        .flatMap((cluster) => cluster.nodes)
        .filter((node) => isTunnelNode(node) && !isPending(node))
        .map((node) => hubPeer(node, net)),
    },
    forwarding: families(topology),
    routes: tunnelRoutes(behindTunnel(net, undefined), families(topology)),
    chains: hubChains({
      interface: wireguard.interface,
      families: families(topology),
      endpoint: hub.endpoint,
    }),
  };
}

/** Without an endpoint and a keepalive: the node sits behind NAT, and it is its packets that keep the way open. */
function hubPeer(node: Node, net: Network): Peer {
  return {
    name: node.name,
    publicKey: node.enrolment.publicKey!.value,
    allowedIPs: net.claims.get(node.name) ?? [],
    keepalive: 0,
  };
}

function tunnelNodeState(topology: Topology, node: Node, destinations: Destinations): HostState {
  const { wireguard, hub } = topology;
  const own = node.tunnel.map((address) => address.value.family);
  return {
    host: node.name,
    wireguard: {
      interface: wireguard.interface,
      publicKey: node.enrolment.publicKey!.value,
      port: wireguard.port,
      mtu: wireguard.mtu,
      addresses: node.tunnel.map((address) => address.value),
      peers: isPending(hub) ? [] : [routerPeer(hub, own, destinations, wireguard.keepalive)],
    },
    forwarding: own,
    routes: tunnelRoutes(destinations, own),
    chains: tunnelNodeChains(wireguard.interface, own),
  };
}

function routerPeer(hub: Hub, own: readonly Family[], destinations: Destinations, keepalive: number): Peer {
  return {
    name: HUB,
    publicKey: hub.enrolment.publicKey!.value,
    endpoint: formatEndpoint(hub.endpoint),
    allowedIPs: both(own.map((family) => destinations.get(family) ?? [])),
    keepalive,
  };
}

/** Where there is one family its list serves as it is: every tunnel node of a large fleet would otherwise copy it. */
function both(lists: readonly (readonly Prefix[])[]): readonly Prefix[] {
  return lists.length === 1 ? lists[0]! : lists.flat();
}

function plainNodeState(node: Node, routes: ReadonlyMap<Family, RouteGroup>): HostState {
  const groups = node.addresses.flatMap((address) => routes.get(address.value.family) ?? []);
  return { host: node.name, forwarding: [], routes: groups.toSorted(compareRoutes), chains: [] };
}

function tunnelRoutes(destinations: Destinations, own: readonly Family[]): readonly RouteGroup[] {
  const groups = own.map((family) => ({ family, destinations: destinations.get(family) ?? [] }));
  return groups.filter((group) => group.destinations.length > 0);
}

/** One group a family for all plain nodes of the cluster, through the active router; none while it is pending. */
function plainRoutes(cluster: Cluster, destinations: Destinations): ReadonlyMap<Family, RouteGroup> {
  const router = activeRouter(cluster);
  if (!router || isPending(router)) return new Map();
  const hops = router.addresses.filter(({ value }) =>
    router.tunnel.some((t) => t.value.family === value.family),
  );
  return new Map(
    hops.flatMap(({ value: via }): [Family, RouteGroup][] => {
      const list = destinations.get(via.family) ?? [];
      return list.length > 0 ? [[via.family, group(via, list)]] : [];
    }),
  );
}

function group(via: Address, destinations: readonly Prefix[]): RouteGroup {
  return { family: via.family, via, destinations };
}

/** `host:port`, with brackets around an IPv6 literal, as `wg` reads it. */
function formatEndpoint(endpoint: Endpoint): string {
  const host =
    endpoint.address?.family === 6 ? `[${endpoint.address.text}]` : (endpoint.address?.text ?? endpoint.host);
  return `${host}:${endpoint.port}`;
}
