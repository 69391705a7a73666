import type { YamlMapping, YamlValue } from '../../core/edit/value.ts';
import { covers, prefixOf, type Address, type Prefix } from '../../core/model/address.ts';
import type { Cluster, RangeKind, Topology } from '../../core/model/topology.ts';
import type { LiveCluster, LiveNode } from './live-cluster.ts';

/** What a live cluster has that the topology says otherwise, or not at all. */
export interface Discovery {
  /** What to write below `clusters / NAME`; empty when the file is right. */
  readonly patch: YamlMapping;
  /** One line for each thing that is written. */
  readonly changes: readonly string[];
  /** What has to be done by hand. */
  readonly notes: readonly string[];
}

export function compareCluster(
  topology: Pick<Topology, 'clusters'>,
  name: string,
  live: LiveCluster,
): Discovery {
  const cluster = topology.clusters.find((each) => each.name === name);
  const parts = [
    ...(cluster ? [] : [subnetPart(live)]),
    rangePart(cluster, 'pods', live.pods),
    rangePart(cluster, 'services', live.services),
    ...nodeParts(cluster, live),
  ];
  const nodes = Object.fromEntries(parts.flatMap(({ node }) => (node ? [node] : [])));
  const keys = Object.fromEntries(parts.flatMap(({ key }) => (key ? [key] : [])));
  return {
    patch: { ...keys, ...(Object.keys(nodes).length === 0 ? {} : { nodes }) },
    changes: parts.flatMap(({ change }) => change ?? []),
    notes: [
      ...parts.flatMap(({ note }) => note ?? []),
      ...(cluster
        ? []
        : [`give at least one node of ${name} a tunnel address, for example \`{ address: …, tunnel: … }\``]),
    ],
  };
}

interface Part {
  readonly key?: readonly [string, YamlValue];
  readonly node?: readonly [string, YamlValue];
  readonly change?: string;
  readonly note?: string;
}

const KEYS = { pods: 'podCIDR', services: 'serviceCIDR' } as const;

function rangePart(cluster: Cluster | undefined, kind: 'pods' | 'services', live: readonly Prefix[]): Part {
  const key = KEYS[kind];
  const known = textsOf(cluster, kind);
  const found = live.map(({ text }) => text);
  if (found.length === 0) {
    return known.length > 0 ? {} : { note: `the cluster does not tell its ${kind}: write ${key} by hand` };
  }
  if (known.toSorted().join() === found.toSorted().join()) return {};
  return {
    key: [key, oneOrList(found)],
    change: `${key}: ${found.join(', ')}${known.length === 0 ? '' : ` instead of ${known.join(', ')}`}`,
  };
}

function textsOf(cluster: Cluster | undefined, kind: RangeKind): readonly string[] {
  return (cluster?.ranges ?? []).filter((range) => range.kind === kind).map(({ prefix }) => prefix.text);
}

/** The least of /24 and /64 around the nodes, each a guess: a node does not know what its LAN is. */
function subnetPart({ nodes }: LiveCluster): Part {
  const guesses = new Map<string, Prefix>();
  for (const address of nodes.flatMap((node) => node.addresses)) {
    const guess = prefixOf(address, address.family === 4 ? 24 : 64);
    if (![...guesses.values()].some((other) => covers(other, guess))) guesses.set(guess.text, guess);
  }
  const found = [...guesses.keys()];
  if (found.length === 0) return { note: 'the cluster tells no node with an address' };
  return {
    key: ['subnet', oneOrList(found)],
    change: `subnet: ${found.join(', ')}`,
    note: `the subnet is a guess from the nodes' addresses: check it`,
  };
}

function nodeParts(cluster: Cluster | undefined, { nodes }: LiveCluster): readonly Part[] {
  const known = new Map((cluster?.nodes ?? []).map((node) => [node.node, node]));
  const gone = [...known.values()].filter(({ node }) => !nodes.some(({ name }) => name === node));
  return [
    ...nodes.map((node) => nodePart(node, known.get(node.name))),
    ...gone.map(({ name }) => ({
      note: `${name} is no node of the cluster any more: run \`kuiil remove --only ${name}\`, then delete it`,
    })),
  ];
}

function nodePart({ name, addresses }: LiveNode, known: Cluster['nodes'][number] | undefined): Part {
  const found = addresses.map(({ text }) => text);
  if (!known) return { node: [name, oneOrMapping(addresses)], change: `node ${name}: ${found.join(', ')}` };
  const was = known.addresses.map(({ value }) => value.text);
  if (was.join() === found.join()) return {};
  const change = `node ${name}: ${found.join(', ')} instead of ${was.join(', ')}`;
  // One of a range of names has no line of its own.
  if (known.at.path.at(-1) !== name)
    return { note: `${change}: it is written as one of several, change it by hand` };
  return { node: [name, { address: oneOrList(found) }], change };
}

function oneOrMapping(addresses: readonly Address[]): YamlValue {
  const texts = addresses.map(({ text }) => text);
  return texts.length === 1 ? texts[0]! : { address: texts };
}

function oneOrList(texts: readonly string[]): YamlValue {
  return texts.length === 1 ? texts[0]! : texts;
}
