import { finding } from '../codes/finding.ts';
import type { Family } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { under } from '../model/place.ts';
import { families, type Hub, isTunnelNode, type Node, type Topology } from '../model/topology.ts';
import { clusterFamilies } from './cluster-families.ts';

/** Tunnel addresses that are missing: the hub needs each family of the tunnel, a tunnel node those of its cluster. */
export function tunnelFamily(topology: Topology): readonly Finding[] {
  const carried = families(topology);
  const nodes = topology.clusters.flatMap((cluster) => {
    const needed = clusterFamilies(cluster, carried);
    return cluster.nodes.filter(isTunnelNode).flatMap((node) => missing(node, needed));
  });
  return [...missing(topology.hub, carried), ...nodes];
}

function missing(host: Hub | Node, needed: readonly Family[]): readonly Finding[] {
  const absent = needed.filter((family) => !host.tunnel.some((address) => address.value.family === family));
  if (absent.length === 0) return [];
  const words = absent.map((family) => `IPv${family}`).join(' and ');
  const reason = host.name === 'hub' ? 'the tunnel carries it' : 'its cluster has ranges of it';
  return [
    finding('tunnel/missing-family', {
      at: under(host.at, 'tunnel'),
      message: `${quote(host.name)} has no ${words} tunnel address, and ${reason}`,
      hint: `add an ${words} address of \`wireguard.subnet\` to \`tunnel\``,
      restsOn: [under(host.at, 'tunnel')],
    }),
  ];
}
