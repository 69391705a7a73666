import type { Prefix } from '../model/address.ts';
import type { Place } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import type { RangeKind, Topology } from '../model/topology.ts';

/** A range that the tunnel carries: its own subnet, or one of a cluster. */
export interface DeclaredRange {
  readonly prefix: Prefix;
  readonly at: Place;
  readonly kind: RangeKind | 'tunnel' | 'slice';
  readonly name: string;
  /** The cluster, or of a node's slice of the pod range the node; absent for the tunnel subnet. */
  readonly owner?: string;
  readonly cluster?: string;
}

/** The tunnel subnets, then the ranges by cluster. */
export function declaredRanges({ wireguard, clusters }: Topology): readonly DeclaredRange[] {
  const tunnel = wireguard.subnets.map(({ value, at }): DeclaredRange => ({
    prefix: value,
    at,
    kind: 'tunnel',
    name: 'tunnel',
  }));
  return tunnel.concat(
    clusters.flatMap((cluster) =>
      cluster.ranges.map(({ kind, name, prefix, at }): DeclaredRange => {
        return { prefix, at, kind, name, owner: cluster.name, cluster: cluster.name };
      }),
    ),
  );
}

/** The nodes' own slices of their cluster's pod range, by cluster and node. */
export function slices({ clusters }: Topology): readonly DeclaredRange[] {
  return clusters.flatMap(({ name: cluster, nodes }) =>
    nodes.flatMap((node) =>
      node.podCIDRs.map(({ value, at }): DeclaredRange => {
        return { prefix: value, at, kind: 'slice', name: 'slice', owner: node.name, cluster };
      }),
    ),
  );
}

const WORDS = {
  tunnel: 'the WireGuard subnet',
  nodes: 'the subnet',
  pods: 'the pod range',
  services: 'the service range',
  slice: 'the pod range',
} as const;

/** `10.96.0.0/16`, the service range of `cluster1` */
export function describeRange({ prefix, kind, name, owner }: DeclaredRange): string {
  const words = kind === 'other' ? `the range ${quote(name)}` : WORDS[kind];
  return `\`${prefix.text}\`, ${words}${owner === undefined ? '' : ` of ${quote(owner)}`}`;
}
