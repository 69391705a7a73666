import { finding } from '../codes/finding.ts';
import { type Address, containsAddress, type Family } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { under } from '../model/place.ts';
import {
  activeRouter,
  type Cluster,
  families,
  isTunnelNode,
  type Located,
  type Node,
  type Topology,
} from '../model/topology.ts';
import { clusterFamilies } from './cluster-families.ts';

/** Routers that a plain node of their cluster cannot use as its next hop, the standby ones included. */
export function nextHop(topology: Topology): readonly Finding[] {
  const carried = families(topology);
  return topology.clusters.flatMap((cluster) => {
    const plain = cluster.nodes.filter((node) => !isTunnelNode(node));
    if (plain.length === 0) return [];
    return routersOf(cluster).flatMap((router) =>
      clusterFamilies(cluster, carried).flatMap((family) => unusable({ cluster, router, plain, family })),
    );
  });
}

function routersOf(cluster: Cluster): readonly Node[] {
  const active = activeRouter(cluster);
  const names = new Set([active?.name, ...cluster.routers.map((named) => named.value)]);
  return cluster.nodes.filter((node) => names.has(node.name) && isTunnelNode(node));
}

interface Hop {
  readonly cluster: Cluster;
  readonly router: Node;
  readonly plain: readonly Node[];
  readonly family: Family;
}

function unusable(hop: Hop): readonly Finding[] {
  const { cluster, router, plain, family } = hop;
  const via = addressOf(router, family);
  if (!via) return [noNextHop(hop)];
  const subnets = cluster.ranges.filter((range) => range.kind === 'nodes');
  const link = subnets.find(({ prefix }) => containsAddress(prefix, via.value))?.prefix;
  if (!link) return [];
  // An address outside of every subnet has its own diagnostic.
  const others = subnets.filter(({ prefix }) => prefix !== link);
  if (others.length === 0) return [];
  return plain.flatMap((node) => {
    const address = addressOf(node, family);
    if (!address || !others.some(({ prefix }) => containsAddress(prefix, address.value))) return [];
    return finding('router/off-link', {
      at: address.at,
      message: `${quote(node.node)} at \`${address.value.text}\` is not in \`${link.text}\`, the subnet of its router ${quote(router.node)}`,
      hint: 'give the node a tunnel address of its own, or make a cluster of each subnet',
      related: [{ at: via.at, message: 'the address of the router is here' }],
    });
  });
}

function noNextHop({ cluster, router, family }: Hop): Finding {
  return finding('router/no-next-hop', {
    at: under(router.at, 'address'),
    message: `the router ${quote(router.node)} has no IPv${family} address, and ${quote(cluster.name)} has ranges and plain nodes of it`,
    hint: `add its IPv${family} address in the subnet of the cluster`,
    restsOn: [under(router.at, 'address')],
  });
}

function addressOf(node: Node, family: Family): Located<Address> | undefined {
  return node.addresses.find((address) => address.value.family === family);
}
