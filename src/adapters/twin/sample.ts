import { HUB, type HostName } from '../../core/model/name.ts';
import {
  activeRouter,
  hosts,
  isTunnelNode,
  type Cluster,
  type Node,
  type Topology,
} from '../../core/model/topology.ts';

export interface Sample {
  /** Both in the order of the topology: the hub, then by cluster and name. */
  readonly chosen: readonly HostName[];
  readonly leftOut: readonly HostName[];
}

/**
 * Chooses which hosts to bring up: the hub, every cluster's routers, and at most `size` other nodes a cluster. Jump
 * hosts on the way to a chosen one come with it.
 */
export function chooseHosts(topology: Topology, size: number): Sample {
  const via = new Map(hosts(topology).map((host) => [host.name, host.ssh.via]));
  const chosen = new Set<HostName>();
  const choose = (host: HostName) => {
    for (
      let at: HostName | 'direct' = host;
      at !== 'direct' && !chosen.has(at);
      at = via.get(at) ?? 'direct'
    ) {
      chosen.add(at);
    }
  };
  choose(HUB);
  for (const cluster of topology.clusters) {
    const routers = neededRouters(cluster);
    const others = byTurns(cluster.nodes.filter((node) => !routers.includes(node.name)));
    for (const host of [...routers, ...others.slice(0, size)]) choose(host);
  }
  const all = hosts(topology).map((host) => host.name);
  return { chosen: all.filter((host) => chosen.has(host)), leftOut: all.filter((host) => !chosen.has(host)) };
}

function neededRouters(cluster: Cluster): readonly HostName[] {
  const active = activeRouter(cluster);
  return [...cluster.routers.map((router) => router.value), ...(active ? [active.name] : [])];
}

/** A plain node, one with a tunnel, and so on, so that a small sample holds both kinds. */
function byTurns(nodes: readonly Node[]): readonly HostName[] {
  const plain = nodes.filter((node) => !isTunnelNode(node));
  const tunnel = nodes.filter(isTunnelNode);
  return nodes
    .flatMap((_, i) => [plain[i], tunnel[i]])
    .filter((node) => node !== undefined)
    .map((node) => node.name);
}
