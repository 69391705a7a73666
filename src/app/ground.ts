import { hostPrefix, type Address, type Family, type Prefix } from '../core/model/address.ts';
import { HUB, compareHosts, compareText, type HostName } from '../core/model/name.ts';
import type { ProbeKind, ProbeResult } from '../core/model/probe.ts';
import {
  hosts,
  type Cluster,
  type ClusterRange,
  type Hub,
  type Located,
  type Node,
  type RangeKind,
  type Topology,
} from '../core/model/topology.ts';

/** The machines on which two topologies are deployed one after the other. */
export interface Ground {
  /**
   * Every host of either. What both declare is as the base has it, and so is the hub that a host which comes dials first; a
   * cluster's own ranges are as the head has them.
   */
  readonly topology: Topology;
  /** Why the same machines cannot carry both, a sentence each; empty: they can. */
  readonly clashes: readonly string[];
}

/** A deployment changes what Kuiil owns; addresses of machines are not among it. */
export function commonGround(base: Topology, head: Topology): Ground {
  return {
    topology: { ...base, clusters: joined(base.clusters, head.clusters, joinClusters) },
    clashes: clashes(base, head),
  };
}

function joined<T extends { readonly name: string }>(
  base: readonly T[],
  head: readonly T[],
  join: (base: T, head: T) => T,
): readonly T[] {
  const names = [...new Set([...base, ...head].map(({ name }) => name))].toSorted(compareText);
  return names.map((name) => {
    const [was, is] = [base, head].map((list) => list.find((each) => each.name === name));
    return was && is ? join(was, is) : (was ?? is)!;
  });
}

function joinClusters(base: Cluster, head: Cluster): Cluster {
  const kinds = new Set(head.ranges.map(kindAndFamily));
  const kept = base.ranges.filter((range) => !kinds.has(kindAndFamily(range)));
  const nodes = joined(base.nodes, head.nodes, (was, is) => ({
    ...was,
    podCIDRs: is.podCIDRs,
    tunnel: was.tunnel.length > 0 ? was.tunnel : is.tunnel,
  }));
  return {
    ...base,
    ranges: [...head.ranges, ...kept],
    nodes: nodes.toSorted((a, b) => compareHosts(a.name, b.name)),
  };
}

function kindAndFamily({ kind, prefix }: ClusterRange): string {
  return `${kind} ${prefix.family}`;
}

function clashes(base: Topology, head: Topology): readonly string[] {
  const after = new Map(hosts(head).map((host) => [host.name, host]));
  return hosts(base).flatMap((was) => {
    const is = after.get(was.name);
    return is ? machineClashes(was, is) : [];
  });
}

function machineClashes(was: Hub | Node, is: Hub | Node): readonly string[] {
  const facts = [
    ['address', addressOf(was), addressOf(is)],
    ['SSH port', String(was.ssh.port), String(is.ssh.port)],
    ...(was.name === HUB ? [['SSH address', was.ssh.host ?? '', is.ssh.host ?? '']] : []),
  ];
  return facts
    .filter(([, before, after]) => before !== after)
    .map(([fact, before, after]) => `${was.name}: its ${fact} is ${before} in the base and ${after} here`);
}

function addressOf(host: Hub | Node): string {
  return 'cluster' in host
    ? host.addresses.map(({ value }) => value.text).join(', ')
    : (host.endpoint.address?.text ?? host.endpoint.host);
}

/** Whether a topology declares what a probe on the ground asks for. */
export function isDeclared(
  topology: Topology,
  ground: Topology,
  probe: Omit<ProbeResult, 'reachable'>,
): boolean {
  const { kind, from, to, family } = probe;
  const [source, target] = ENDS[kind];
  const ends = [
    [from, source],
    [to, target],
  ] as const;
  return (
    topology.wireguard.subnets.some(({ value }) => value.family === family) &&
    ends.every(([host, end]) => hasEnd(topology, ground, { host, end, family }))
  );
}

type End = 'node' | 'pod' | 'service' | 'hub';

const ENDS: Readonly<Record<ProbeKind, readonly [End, End]>> = {
  'node-node': ['node', 'node'],
  'pod-pod': ['pod', 'pod'],
  'node-service': ['node', 'service'],
  'pod-service': ['pod', 'service'],
  'node-hub': ['node', 'hub'],
  'hub-node': ['hub', 'node'],
};

interface Asked {
  readonly host: HostName;
  readonly end: End;
  readonly family: Family;
}

function hasEnd(topology: Topology, ground: Topology, asked: Asked): boolean {
  if (asked.end === 'hub') return topology.hub.tunnel.some(({ value }) => value.family === asked.family);
  const there = blockOf(topology, asked);
  return there !== undefined && there.text === blockOf(ground, asked)?.text;
}

/** The block that the twin takes the end's address from: of several in one family, the first. */
function blockOf(topology: Topology, { host, end, family }: Asked): Prefix | undefined {
  const cluster = topology.clusters.find(({ nodes }) => nodes.some(({ name }) => name === host));
  const node = cluster?.nodes.find(({ name }) => name === host);
  const ofFamily = <T extends Address | Prefix>(list: readonly Located<T>[] = []) =>
    list.find(({ value }) => value.family === family)?.value;
  const range = (kind: RangeKind) =>
    cluster?.ranges.find((each) => each.kind === kind && each.prefix.family === family)?.prefix;
  switch (end) {
    case 'node': {
      const address = ofFamily(node?.addresses);
      return address && hostPrefix(address);
    }
    case 'pod':
      return ofFamily(node?.podCIDRs) ?? range('pods');
    default:
      return range('services');
  }
}
