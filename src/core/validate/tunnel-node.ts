import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { onKey, under } from '../model/place.ts';
import { isTunnelNode, type Topology } from '../model/topology.ts';

/** Clusters that nothing connects. */
export function tunnelNode(topology: Topology): readonly Finding[] {
  return topology.clusters
    .filter((cluster) => !cluster.nodes.some(isTunnelNode))
    .map((cluster) =>
      finding('tunnel/none', {
        at: onKey(cluster.at),
        message: `no node of ${quote(cluster.name)} has a tunnel address`,
        hint: 'give the node that is to be its router one: `tunnel: ADDRESS`',
        restsOn: [under(cluster.at, 'nodes')],
      }),
    );
}
