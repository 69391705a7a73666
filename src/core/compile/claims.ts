import { comparePrefix, covers, hostPrefix, type Prefix } from '../model/address.ts';
import type { HostName } from '../model/name.ts';
import { activeRouter, isPending, isTunnelNode, type Cluster, type Node } from '../model/topology.ts';

/** A block of addresses and the tunnel node that packets for it are sent to. */
export interface Claim {
  readonly prefix: Prefix;
  readonly owner: HostName;
}

/**
 * What each tunnel node of a cluster answers for: its own tunnel address, LAN address and pod range, and on the
 * active router everything else of the cluster. Sorted by `comparePrefix`.
 *
 * An entry whose nearest wider entry has the same owner is left out, since it would change nothing. A pending node claims nothing.
 */
export function clusterClaims(cluster: Cluster): readonly Claim[] {
  const router = activeRouter(cluster);
  const claims = cluster.nodes
    .filter((node) => isTunnelNode(node) && !isPending(node))
    .flatMap((node) => nodeClaims(node, node === router ? cluster.ranges.map((range) => range.prefix) : []));
  return withoutCovered(claims, (outer, inner) => outer.owner === inner.owner);
}

/** The blocks by which the rest of the network knows the cluster, tunnel addresses apart. Sorted. */
export function advertised(claims: readonly Claim[], tunnelSubnets: readonly Prefix[]): readonly Prefix[] {
  const ranges = claims.filter((claim) => !tunnelSubnets.some((subnet) => covers(subnet, claim.prefix)));
  return withoutCovered(ranges, () => true).map((claim) => claim.prefix);
}

function nodeClaims(node: Node, ranges: readonly Prefix[]): readonly Claim[] {
  const own = [...node.tunnel, ...node.addresses].map((address) => hostPrefix(address.value));
  const pods = node.podCIDRs.map((podCIDR) => podCIDR.value);
  return [...own, ...pods, ...ranges].map((prefix) => ({ prefix, owner: node.name }));
}

/** Drops each claim that `redundant` says its nearest wider claim makes superfluous; a sweep over nested blocks. */
function withoutCovered(
  claims: readonly Claim[],
  redundant: (outer: Claim, inner: Claim) => boolean,
): Claim[] {
  const kept: Claim[] = [];
  const open: Claim[] = [];
  for (const claim of claims.toSorted((a, b) => comparePrefix(a.prefix, b.prefix))) {
    while (open.length > 0 && !covers(open.at(-1)!.prefix, claim.prefix)) open.pop();
    const outer = open.at(-1);
    if (outer && redundant(outer, claim)) continue;
    kept.push(claim);
    open.push(claim);
  }
  return kept;
}
