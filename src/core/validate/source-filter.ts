import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { onKey, under } from '../model/place.ts';
import { activeRouter, isTunnelNode, type Topology } from '../model/topology.ts';

/** Tunnel nodes beside the router whose pods send from addresses that the hub does not take from them. One finding a cluster. */
export function sourceFilter(topology: Topology): readonly Finding[] {
  return topology.clusters.flatMap((cluster) => {
    const active = activeRouter(cluster);
    if (!active || !isTunnelNode(active) || !cluster.ranges.some((range) => range.kind === 'pods')) return [];
    const bare = cluster.nodes.filter(
      (node) => isTunnelNode(node) && node !== active && node.podCIDRs.length === 0,
    );
    const [first] = bare;
    if (!first) return [];
    const more = bare.length === 1 ? '' : ` (and ${bare.length - 1} more of ${quote(cluster.name)})`;
    return finding('pods/no-slice', {
      at: onKey(first.at),
      message: `${quote(first.name)}${more} has a tunnel but no pod range of its own: the hub drops what its pods send from their own addresses`,
      hint: 'add its `podCIDR`, unless the CNI masquerades or no pods run there',
      restsOn: [under(first.at, 'podCIDR')],
    });
  });
}
