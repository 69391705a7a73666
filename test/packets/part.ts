import {
  covers,
  hostPrefix,
  prefixOf,
  width,
  type Address,
  type Prefix,
} from '../../src/core/model/address.ts';
import { layOutPods, layOutServices } from '../../src/adapters/twin/pods.ts';
import type { Topology } from '../../src/core/model/topology.ts';
import type { Random } from '../chaos/random.ts';

/** A narrower range that holds at least one address from which or to which packets are sent; undefined where there is none. */
export function aPartOf(prefix: Prefix, topology: Topology, dice: Random): Prefix | undefined {
  const inside = endAddresses(topology).filter((address) => covers(prefix, hostPrefix(address)));
  if (inside.length === 0 || prefix.length >= width(prefix.family)) return undefined;
  const length = dice.pick([
    prefix.length + 1,
    Math.min(prefix.length + 8, width(prefix.family)),
    width(prefix.family),
  ]);
  return prefixOf(dice.pick(inside), length);
}

function endAddresses({ clusters }: Topology): readonly Address[] {
  return clusters.flatMap((cluster) => {
    const pods = layOutPods(cluster);
    return cluster.nodes.flatMap((node) => [
      ...[...node.addresses, ...node.tunnel].map(({ value }) => value),
      ...pods.get(node.name)!.map(({ pod }) => pod),
      ...layOutServices(cluster, node, pods.get(node.name)!).map(({ address }) => address),
    ]);
  });
}
