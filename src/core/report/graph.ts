import { HUB, type HostName } from '../model/name.ts';
import type { HostStatus } from '../model/plan.ts';
import {
  activeRouter,
  hosts,
  isTunnelNode,
  type Cluster,
  type Node,
  type Topology,
} from '../model/topology.ts';
import { label } from './escape-mermaid.ts';
import { endpointText, nodeNote, rangesByName, roleOf, texts } from './network-words.ts';
import { count, list } from './words.ts';

/** Above, a picture of every host is a grey field: clusters stand for their hosts. */
const MAX_HOSTS = 100;

// What GitHub's Mermaid draws at most is 500 edges and 50,000 characters; the rest is for what frames them.
const MAX_EDGES = 480;
const MAX_CHARACTERS = 48_000;
const MAX_RANGES = 12;

/** What happens to each host; where it is given, what is added and what changes stands out. */
export type Highlight = ReadonlyMap<HostName, HostStatus>;

const NO_HIGHLIGHT: Highlight = new Map();

/** The network as a Mermaid flowchart: hub, tunnels, clusters with their ranges and hosts. */
export function graphMermaid(topology: Topology, highlight = NO_HIGHLIGHT): string {
  const { hub, clusters } = topology;
  const draw = hosts(topology).length > MAX_HOSTS ? clusterNode : clusterGraph;
  const parts = clusters.map((cluster, i) => draw(cluster, `c${i + 1}`, highlight));
  const shown = parts.slice(0, roomFor(parts));
  const hubClass = classOf([highlight.get(HUB)]);
  const lines = [
    'flowchart TB',
    `  hub(["${lineBreaks(['hub', endpointText(hub.endpoint), ...texts(hub.tunnel)])}"])${hubClass}`,
    ...shown.flat().map((line) => `  ${line}`),
    ...omitted(parts.length - shown.length),
    '  classDef ranges stroke-dasharray: 4 4',
    ...(highlight.size > 0 ? HIGHLIGHTS : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Borders: they are seen on a light and on a dark page. */
const HIGHLIGHTS = [
  '  classDef added stroke:#1a7f37,stroke-width:4px',
  '  classDef changed stroke:#bf8700,stroke-width:4px',
];

function classOf(statuses: readonly (HostStatus | undefined)[]): string {
  if (statuses.includes('changed')) return ':::changed';
  if (!statuses.includes('added')) return '';
  return statuses.every((status) => status === 'added' || status === 'pending') ? ':::added' : ':::changed';
}

/** How many clusters fit both limits; where not even one does, none. */
function roomFor(parts: readonly (readonly string[])[]): number {
  let [edges, characters] = [0, 0];
  const end = parts.findIndex((lines) => {
    edges += lines.filter((line) => /^\w+ (?:===|---|-\.-)/.test(line.trim())).length;
    characters += lines.reduce((sum, line) => sum + line.length + 3, 0);
    return edges > MAX_EDGES || characters > MAX_CHARACTERS;
  });
  return end < 0 ? parts.length : end;
}

function omitted(amount: number): readonly string[] {
  return amount === 0 ? [] : [`  more["${count(amount, 'more cluster')}"]`, '  hub -.- more'];
}

function clusterGraph(cluster: Cluster, id: string, highlight: Highlight): readonly string[] {
  const { nodes } = cluster;
  const ids = new Map(nodes.map((node, i) => [node.name, `${id}n${i + 1}`]));
  const router = activeRouter(cluster);
  const plain = nodes.filter((node) => !isTunnelNode(node));
  const behind = router ?? nodes.find(isTunnelNode);
  const inside = [
    ...nodes.map(
      (node) => `  ${nodeShape(cluster, node, ids.get(node.name)!)}${classOf([highlight.get(node.name)])}`,
    ),
    `  ${id}r["${rangesLabel(cluster)}"]:::ranges`,
    ...(behind ? [...plain.map((node) => ids.get(node.name)!), `${id}r`] : []).map(
      (other) => `  ${ids.get(behind!.name)!} --- ${other}`,
    ),
  ];
  const tunnels = nodes
    .filter(isTunnelNode)
    .map((node) => `hub ===|"${lineBreaks(texts(node.tunnel))}"| ${ids.get(node.name)!}`);
  return [`subgraph ${id}["${label(cluster.name)}"]`, ...inside, 'end', ...tunnels];
}

function nodeShape(cluster: Cluster, node: Node, id: string): string {
  const note = nodeNote(cluster, node);
  const text = lineBreaks([node.node, ...texts(node.addresses), ...(note === '' ? [] : [note])]);
  return roleOf(cluster, node) === 'plain' ? `${id}["${text}"]` : `${id}(["${text}"])`;
}

/** One shape for a whole cluster. */
function clusterNode(cluster: Cluster, id: string, highlight: Highlight): readonly string[] {
  const tunnels = cluster.nodes.filter(isTunnelNode).flatMap((node) => texts(node.tunnel));
  const title = `${label(cluster.name)}<br/>${count(cluster.nodes.length, 'node')}`;
  const mark = classOf(cluster.nodes.map((node) => highlight.get(node.name)));
  return [
    `${id}["${title}<br/>${rangesLabel(cluster)}"]${mark}`,
    `hub ===|"${label(list(tunnels, 2))}"| ${id}`,
  ];
}

function rangesLabel(cluster: Cluster): string {
  const lines = rangesByName(cluster).map(({ name, blocks }) => `${name} ${list(blocks, 4)}`);
  const more = lines.length > MAX_RANGES ? [`${lines.length - MAX_RANGES} more`] : [];
  return lineBreaks([...lines.slice(0, MAX_RANGES), ...more]);
}

function lineBreaks(lines: readonly string[]): string {
  return lines.map((line) => label(line)).join('<br/>');
}
