import { containsAddress, formatAddress, type Address, type Family, type Prefix } from '../model/address.ts';
import type { HostName } from '../model/name.ts';
import type { ClusterSurroundings, HostSurroundings, Road, Surroundings } from '../model/surroundings.ts';
import {
  activeRouter,
  isPending,
  isTunnelNode,
  type Cluster,
  type Hub,
  type Node,
  type RangeKind,
  type Topology,
} from '../model/topology.ts';

const ETHERNET = 1500;
// What WireGuard adds at most (trap 30).
const OVERHEAD = 80;

/**
 * What lies around the hosts, by a topology: who has which address, and which ranges are where. Everything that is open is taken for the
 * worst: policies DROP, senders that do not learn of sizes, connection tracking that is strict, a CNI that may keep pod addresses or not. Hosts that are not
 * enrolled are left out.
 */
export function surroundings(topology: Topology, roads: readonly Road[] = []): Surroundings {
  const enrolled = topology.clusters.map((cluster) => ({
    cluster,
    nodes: cluster.nodes.filter(takesPart(cluster)),
  }));
  const hosts = isPending(topology.hub)
    ? []
    : [
        hub(topology.hub),
        ...enrolled.flatMap(({ cluster, nodes }) => nodes.map((each) => node(cluster, each))),
      ];
  const names = new Map(hosts.map((each) => [each.host, each]));
  return {
    hosts: names,
    clusters: enrolled.map(({ cluster, nodes }) => clusterOf(cluster, nodes)),
    roads: roads.filter((road) => names.has(road.host) && names.has(road.from)),
    mtu: Math.max(ETHERNET, topology.wireguard.mtu + OVERHEAD),
    pathMtuDiscovery: false,
    strictReturn: true,
  };
}

/** A plain node without a router that is enrolled is not connected yet. */
function takesPart(cluster: Cluster): (node: Node) => boolean {
  const router = activeRouter(cluster);
  const isConnected = router !== undefined && !isPending(router);
  return (each) => !isPending(each) && (isTunnelNode(each) || isConnected);
}

function hub({ name, endpoint, tunnel }: Hub): HostSurroundings {
  return {
    host: name,
    addresses: endpoint.address ? [endpoint.address] : [],
    tunnel: tunnel.map(({ value }) => value),
    outside: [endpoint.address?.text ?? endpoint.host],
    onLink: [],
    pods: [],
    input: 'DROP',
    forward: 'DROP',
    forwarding: [],
  };
}

const subnets = new WeakMap<Cluster, ReturnType<typeof blocks>>();

function node(cluster: Cluster, { name, addresses, tunnel, podCIDRs }: Node): HostSurroundings {
  const links = subnets.get(cluster) ?? blocks(cluster, 'nodes');
  subnets.set(cluster, links);
  const own = addresses.map(({ value }) => value);
  const slices = podCIDRs.map(({ value }) => value);
  const router = activeRouter(cluster);
  const shared = router && !isPending(router) ? blocks(cluster, 'pods') : [];
  return {
    host: name,
    cluster: cluster.name,
    addresses: own,
    tunnel: tunnel.map(({ value }) => value),
    outside: [],
    onLink: links.filter((link) => own.some((address) => containsAddress(link, address))),
    pods: [...slices, ...shared.filter(({ family }) => !slices.some((slice) => slice.family === family))],
    ...(tunnel.length > 0 ? bridge(own, slices, shared) : {}),
    input: 'DROP',
    forward: 'DROP',
    // On plain nodes it is Kubernetes that forwards.
    forwarding: tunnel.length > 0 ? [] : [4, 6],
  };
}

/** The first of its own block, or one that no other host has of the cluster's: that there is one is known, and not which. */
function bridge(
  addresses: readonly Address[],
  slices: readonly Prefix[],
  shared: readonly Prefix[],
): Pick<HostSurroundings, 'bridge'> {
  const block = [...slices, ...shared].find(({ family }) => family === 6);
  if (!block) return {};
  const lan = addresses.find(({ family }) => family === 6)?.value ?? 0n;
  const value = slices.includes(block) ? block.start : block.start + (lan & (block.end - block.start));
  return { bridge: { family: 6, value, text: formatAddress(6, value) } };
}

/** What only the active router answers for is not connected while that is pending. */
function clusterOf(cluster: Cluster, nodes: readonly Node[]): ClusterSurroundings {
  const router = activeRouter(cluster);
  const behind: HostName | undefined = router && !isPending(router) ? router.name : undefined;
  const pods = blocks(cluster, 'pods');
  const others = cluster.ranges.filter(({ kind }) => kind === 'other');
  const names = [...new Set(others.map(({ name }) => name))];
  return {
    name: cluster.name,
    nodes: nodes.map(({ name }) => name),
    subnets: blocks(cluster, 'nodes'),
    pods,
    services: behind === undefined ? [] : blocks(cluster, 'services'),
    others:
      behind === undefined
        ? []
        : names.map((name) => ({
            name,
            prefixes: others.filter((each) => each.name === name).map(({ prefix }) => prefix),
            behind,
          })),
    masquerade: 'unknown',
    proxied: pods.map(({ family }): Family => family),
  };
}

function blocks(cluster: Cluster, kind: RangeKind) {
  return cluster.ranges.filter((range) => range.kind === kind).map(({ prefix }) => prefix);
}
