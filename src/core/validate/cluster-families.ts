import type { Family } from '../model/address.ts';
import type { Cluster } from '../model/topology.ts';

/** The families of a cluster's ranges that the tunnel carries, IPv4 first. */
export function clusterFamilies(cluster: Cluster, carried: readonly Family[]): readonly Family[] {
  return carried.filter((family) => cluster.ranges.some((range) => range.prefix.family === family));
}
