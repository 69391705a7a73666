import { comparePrefix, type Family, type Prefix } from '../model/address.ts';
import type { HostName } from '../model/name.ts';
import type { Cluster, Topology } from '../model/topology.ts';
import { advertised, clusterClaims, type Claim } from './claims.ts';

/** What every host state is derived from: who answers for what, computed once for the whole topology. */
export interface Network {
  /** By owner, so that the hub's peers are found without a search. Sorted by `comparePrefix`. */
  readonly claims: ReadonlyMap<HostName, readonly Prefix[]>;
  /** For each family of the tunnel, what lies behind it: the tunnel subnet, and every cluster's blocks. */
  readonly behind: ReadonlyMap<Family, readonly Destination[]>;
}

/** Sorted by `comparePrefix`, once: a sort for each cluster would cost more than all the rest. */
interface Destination {
  readonly prefix: Prefix;
  /** Absent on the tunnel subnet, which belongs to everybody. */
  readonly cluster?: string;
}

export function network(topology: Topology): Network {
  const tunnelSubnets = topology.wireguard.subnets.map((subnet) => subnet.value);
  const byCluster = topology.clusters.map((cluster) => ({ cluster, claims: clusterClaims(cluster) }));
  const advertisements = byCluster.flatMap(({ cluster, claims }) =>
    advertised(claims, tunnelSubnets).map((prefix) => ({ prefix, cluster: cluster.name })),
  );
  const behind = tunnelSubnets.map((subnet): [Family, readonly Destination[]] => [
    subnet.family,
    [{ prefix: subnet }, ...advertisements.filter(({ prefix }) => prefix.family === subnet.family)].sort(
      (a, b) => comparePrefix(a.prefix, b.prefix),
    ),
  ]);
  return { claims: byOwner(byCluster.flatMap(({ claims }) => claims)), behind: new Map(behind) };
}

/**
 * What lies behind the tunnel as seen from inside `cluster`, a sorted list a family. Seen from the hub (`cluster` undefined)
 * every cluster is another one.
 */
export function behindTunnel(
  net: Network,
  cluster: Cluster | undefined,
): ReadonlyMap<Family, readonly Prefix[]> {
  const own = cluster?.name;
  return new Map([...net.behind].map(([family, destinations]) => [family, outside(destinations, own)]));
}

function outside(destinations: readonly Destination[], own: string | undefined): readonly Prefix[] {
  const list: Prefix[] = [];
  for (const { prefix, cluster } of destinations) {
    if (cluster === undefined || cluster !== own) list.push(prefix);
  }
  return list;
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
