import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { activeRouter, type Cluster, isTunnelNode, type Topology } from '../model/topology.ts';

/** Clusters whose service requests may go one way and their answers another. One finding a topology. */
export function serviceWays(topology: Topology): readonly Finding[] {
  const clusters = topology.clusters.filter(hasSeveralWays);
  const service = clusters[0]?.ranges.find((range) => range.kind === 'services');
  if (!service) return [];
  const names = clusters.slice(0, 3).map((cluster) => quote(cluster.name));
  const more = clusters.length > 3 ? ` and ${clusters.length - 3} more` : '';
  return [
    finding('services/several-ways', {
      at: service.at,
      message: `services of ${names.join(', ')}${more} are entered through the router, and pods on other tunnel nodes answer through their own tunnel`,
      hint: 'let kube-proxy masquerade what comes from outside: set its `clusterCIDR`',
    }),
  ];
}

function hasSeveralWays(cluster: Cluster): boolean {
  const active = activeRouter(cluster);
  return (
    cluster.ranges.some((range) => range.kind === 'services') &&
    cluster.nodes.some((node) => node !== active && isTunnelNode(node) && node.podCIDRs.length > 0)
  );
}
