import { finding } from '../codes/finding.ts';
import { type Address, containsAddress } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { under } from '../model/place.ts';
import type { Cluster, ClusterRange, Located, Node, Topology } from '../model/topology.ts';
import { edgeOf } from './edge-address.ts';

/** Node addresses that are not one of the hosts' addresses of their cluster's subnet. */
export function nodeInSubnet(topology: Topology): readonly Finding[] {
  const findings: Finding[] = [];
  for (const cluster of topology.clusters) {
    const subnets = cluster.ranges.filter((range) => range.kind === 'nodes');
    for (const node of cluster.nodes) {
      for (const address of node.addresses) {
        const subnet = subnets.find(({ prefix }) => containsAddress(prefix, address.value));
        if (!subnet) findings.push(outside(cluster, node, address, subnets));
        else if (edgeOf(subnet.prefix, address.value)) findings.push(edge(address, subnet));
      }
    }
  }
  return findings;
}

function edge({ value, at }: Located<Address>, { prefix }: ClusterRange): Finding {
  return finding('node/network-address', {
    at,
    message: `\`${value.text}\` is the ${edgeOf(prefix, value) ?? ''} address of \`${prefix.text}\``,
    hint: "write the node's own address, or the subnet as the nodes have it",
  });
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
