import type { Address, Prefix } from '../../core/model/address.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import {
  isTunnelNode,
  type Cluster,
  type Node,
  type SshAccess,
  type Topology,
} from '../../core/model/topology.ts';
import { layOutInternet, outsideAddresses, type Internet, type OnLink } from './internet.ts';
import { layOutPods, layOutServices, rangesOf, type PodLayout, type ServiceLayout } from './pods.ts';
import { layOutLan, type Lan } from './lan.ts';

/** One node that is brought up. */
export interface NodeLayout {
  readonly host: HostName;
  readonly node: string;
  readonly namespace: string;
  readonly podNamespace: string;
  readonly ssh: SshAccess;
  readonly hasTunnel: boolean;
  /** Reached through the tunnel, so it needs one before the first deployment. */
  readonly needsBootstrap: boolean;
  /** As the topology declares them. */
  readonly addresses: readonly Address[];
  readonly tunnel: readonly Address[];
  /** On the LAN: the declared ones, and one more where the hub is dialled in another family. */
  readonly lan: readonly OnLink[];
  readonly pods: readonly PodLayout[];
  readonly services: readonly ServiceLayout[];
}

/** One cluster behind its NAT router. */
export interface SiteLayout {
  readonly cluster: string;
  readonly namespace: string;
  /** The NAT router's addresses, inside and outside. */
  readonly gateways: readonly OnLink[];
  readonly outside: readonly OnLink[];
  readonly podRanges: readonly Prefix[];
  /** Sorted by name. */
  readonly nodes: readonly NodeLayout[];
}

/** Every address and name of a twin. */
export interface Layout {
  readonly id: string;
  readonly topology: Topology;
  readonly internet: Internet;
  /** The namespace that holds the bridges, and its address on the public network: where packets to nowhere end. */
  readonly switchNamespace: string;
  readonly nowhere: readonly OnLink[];
  readonly deployerNamespace: string;
  readonly deployer: readonly OnLink[];
  readonly hubNamespace: string;
  readonly sites: readonly SiteLayout[];
}

// Offsets into the public block.
const NOWHERE = 1;
const DEPLOYER = 2;
const FIRST_SITE = 16;

/** Lays a topology out in namespaces that start with `id`. Only the chosen hosts are in it; addresses do not depend on the choice. */
export function layOut(topology: Topology, id: string, chosen: readonly HostName[]): Layout {
  const internet = layOutInternet(topology);
  return {
    id,
    topology,
    internet,
    switchNamespace: `${id}.switch`,
    nowhere: outsideAddresses(internet, NOWHERE),
    deployerNamespace: `${id}.deployer`,
    deployer: outsideAddresses(internet, DEPLOYER),
    hubNamespace: `${id}.hub`,
    sites: topology.clusters.map((cluster, i) => ({
      ...layOutSite({ cluster, id, internet, chosen }),
      outside: outsideAddresses(internet, FIRST_SITE + i),
    })),
  };
}

interface SiteInput {
  readonly cluster: Cluster;
  readonly id: string;
  readonly internet: Internet;
  readonly chosen: readonly HostName[];
}

function layOutSite({ cluster, id, internet, chosen }: SiteInput): Omit<SiteLayout, 'outside'> {
  const lan = layOutLan(cluster, internet);
  const pods = layOutPods(cluster);
  const nodes = cluster.nodes.filter((node) => chosen.includes(node.name));
  return {
    cluster: cluster.name,
    namespace: `${id}.site.${cluster.name}`,
    gateways: lan.gateways,
    podRanges: ([4, 6] as const).flatMap((family) => rangesOf(cluster, 'pods', family)),
    nodes: nodes.map((node) => layOutNode({ cluster, node, id, lan, pods: pods.get(node.name)! })),
  };
}

interface NodeInput {
  readonly cluster: Cluster;
  readonly node: Node;
  readonly id: string;
  readonly lan: Lan;
  readonly pods: readonly PodLayout[];
}

function layOutNode({ cluster, node, id, lan, pods }: NodeInput): NodeLayout {
  return {
    host: node.name,
    node: node.node,
    namespace: `${id}.node.${cluster.name}.${node.node}`,
    podNamespace: `${id}.pod.${cluster.name}.${node.node}`,
    ssh: node.ssh,
    hasTunnel: isTunnelNode(node),
    needsBootstrap: isTunnelNode(node) && node.ssh.via === HUB,
    addresses: node.addresses.map((address) => address.value),
    tunnel: node.tunnel.map((address) => address.value),
    lan: lan.addresses.get(node.name)!,
    pods,
    services: layOutServices(cluster, node, pods),
  };
}
