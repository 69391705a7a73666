import {
  overlaps,
  prefixOf,
  width,
  type Address,
  type Family,
  type Prefix,
} from '../../core/model/address.ts';
import type { HostName } from '../../core/model/name.ts';
import type { Cluster, Node, RangeKind } from '../../core/model/topology.ts';
import { addressAt } from './internet.ts';

/** What Kubernetes would give one node in one family. */
export interface PodLayout {
  readonly slice: Prefix;
  /** On the node's bridge. */
  readonly gateway: Address;
  readonly pod: Address;
}

/** A ClusterIP, and what stands behind it. */
export interface ServiceLayout {
  readonly address: Address;
  readonly backend: Address;
}

/** The slice length that a CNI gives a node by default: kube-controller-manager's --node-cidr-mask-size-ipv4 and -ipv6. */
const SLICE = { 4: 24, 6: 64 } as const;

/** Every node's part of its cluster's pod ranges, one a family: its own where the topology gives it, else the next free slice. */
export function layOutPods(cluster: Cluster): ReadonlyMap<HostName, readonly PodLayout[]> {
  const taken = cluster.nodes.flatMap((node) => node.podCIDRs.map((slice) => slice.value));
  const free = ([4, 6] as const).map((family) =>
    freeSlices(rangesOf(cluster, 'pods', family)[0], cluster.nodes.length, taken),
  );
  return new Map(
    cluster.nodes.map((node) => {
      const slices = ([4, 6] as const).map((family, i) => {
        const own = node.podCIDRs.find((slice) => slice.value.family === family)?.value;
        return own ?? free[i]!.next().value ?? undefined;
      });
      return [node.name, slices.filter((slice) => slice !== undefined).map(layOutPod)];
    }),
  );
}

/** The service of the node that is `index` in its cluster, one a family; none where the range is too small for it. */
export function layOutServices(
  cluster: Cluster,
  node: Node,
  pods: readonly PodLayout[],
): readonly ServiceLayout[] {
  const index = cluster.nodes.indexOf(node);
  return ([4, 6] as const).flatMap((family) => {
    const range = rangesOf(cluster, 'services', family)[0];
    const hasPods = rangesOf(cluster, 'pods', family).length > 0;
    const backend = hasPods
      ? pods.find((pod) => pod.slice.family === family)?.pod
      : node.addresses.find((address) => address.value.family === family)?.value;
    if (!range || !backend) return [];
    // From the tenth: Kubernetes itself uses the first (kubernetes.default), and often the tenth for DNS.
    const address = addressAt(range, 10 + index);
    return address.value <= range.end ? [{ address, backend }] : [];
  });
}

/** A cluster's blocks of one kind and family, in order. */
export function rangesOf(cluster: Cluster, kind: RangeKind, family: Family): readonly Prefix[] {
  return cluster.ranges
    .filter((range) => range.kind === kind && range.prefix.family === family)
    .map((range) => range.prefix);
}

function layOutPod(slice: Prefix): PodLayout {
  return { slice, gateway: addressAt(slice, 1), pod: addressAt(slice, 2) };
}

function* freeSlices(
  range: Prefix | undefined,
  nodes: number,
  taken: readonly Prefix[],
): Generator<Prefix, undefined> {
  if (!range) return undefined;
  const needed = range.length + Math.ceil(Math.log2(nodes + taken.length));
  // A slice of three addresses holds the bridge and one pod.
  const length = Math.min(Math.max(SLICE[range.family], needed), width(range.family) - 2);
  const size = 1n << BigInt(width(range.family) - length);
  for (let start = range.start; start <= range.end; start += size) {
    const slice = prefixOf(addressAt({ ...range, start }, 0), length);
    if (!taken.some((other) => overlaps(other, slice))) yield slice;
  }
  return undefined;
}
