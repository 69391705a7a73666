import { comparePrefix, type Family, type Prefix } from '../model/address.ts';
import { compareText, type HostName } from '../model/name.ts';
import type { Cluster, Topology } from '../model/topology.ts';
import { advertised, clusterClaims, type Claim } from './claims.ts';

/** What every host state is derived from: who answers for what, computed once for the whole topology. */
export interface Network {
  readonly tunnelSubnets: readonly Prefix[];
  /** By owner, so that the hub's peers are found without a search. Sorted by `comparePrefix`. */
  readonly claims: ReadonlyMap<HostName, readonly Prefix[]>;
  /** Every cluster's advertised blocks together, sorted by `comparePrefix`. */
  readonly advertised: readonly { readonly prefix: Prefix; readonly cluster: string }[];
}

export function network(topology: Topology): Network {
  const tunnelSubnets = topology.wireguard.subnets.map((subnet) => subnet.value);
  const byCluster = topology.clusters.map((cluster) => ({ cluster, claims: clusterClaims(cluster) }));
  return {
    tunnelSubnets,
    claims: byOwner(byCluster.flatMap(({ claims }) => claims)),
    advertised: byCluster
      .flatMap(({ cluster, claims }) =>
        advertised(claims, tunnelSubnets).map((prefix) => ({ prefix, cluster: cluster.name })),
      )
      .toSorted((a, b) => comparePrefix(a.prefix, b.prefix) || compareText(a.cluster, b.cluster)),
  };
}

/**
 * What lies behind the tunnel as seen from inside `cluster`: the tunnel subnets and every other cluster's blocks, one
 * sorted list a family. Seen from the hub (`cluster` undefined) every cluster is an other one.
 */
export function behindTunnel(
  net: Network,
  cluster: Cluster | undefined,
): ReadonlyMap<Family, readonly Prefix[]> {
  const lists = new Map<Family, Prefix[]>(net.tunnelSubnets.map((subnet) => [subnet.family, [subnet]]));
  for (const { prefix, cluster: owner } of net.advertised) {
    if (owner !== cluster?.name) lists.get(prefix.family)?.push(prefix);
  }
  for (const list of lists.values()) list.sort(comparePrefix);
  return lists;
}

function byOwner(claims: readonly Claim[]): ReadonlyMap<HostName, readonly Prefix[]> {
  const owners = new Map<HostName, Prefix[]>();
  for (const { owner, prefix } of claims) {
    const list = owners.get(owner);
    if (list) list.push(prefix);
    else owners.set(owner, [prefix]);
  }
  return owners;
}
