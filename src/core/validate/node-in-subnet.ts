import { finding } from '../codes/finding.ts';
import { type Address, containsAddress } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { under } from '../model/place.ts';
import type { Cluster, ClusterRange, Located, Node, Topology } from '../model/topology.ts';
import { edgeOf } from './edge-address.ts';

/** Node addresses that are not one of the hosts' addresses of their cluster's subnet. */
export function nodeInSubnet(topology: Topology): readonly Finding[] {
  return topology.clusters.flatMap((cluster) => {
    const subnets = cluster.ranges.filter((range) => range.kind === 'nodes');
    return cluster.nodes.flatMap((node) =>
      node.addresses.flatMap((address) => {
        const subnet = subnets.find(({ prefix }) => containsAddress(prefix, address.value));
        return subnet ? edge(address, subnet) : outside(cluster, node, address, subnets);
      }),
    );
  });
}

function edge({ value, at }: Located<Address>, { prefix }: ClusterRange): readonly Finding[] {
  const kind = edgeOf(prefix, value);
  if (!kind) return [];
  return [
    finding('node/network-address', {
      at,
      message: `\`${value.text}\` is the ${kind} address of \`${prefix.text}\``,
      hint: "write the node's own address, or the subnet as the nodes have it",
    }),
  ];
}

function outside(
  cluster: Cluster,
  node: Node,
  { value, at }: Located<Address>,
  subnets: readonly ClusterRange[],
): Finding {
  const words = subnets.map(({ prefix }) => `\`${prefix.text}\``).join(' and ');
  return finding('node/outside-subnet', {
    at,
    message: `the address \`${value.text}\` of ${quote(node.name)} lies outside its cluster's subnet ${words}`,
    hint: 'mend the address, or add its network to `subnet`',
    related: subnets.map((subnet) => ({ at: subnet.at, message: 'the subnet is here' })),
    restsOn: [under(cluster.at, 'subnet')],
  });
}
