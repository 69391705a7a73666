import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import type { HostName } from '../model/name.ts';
import { onKey, under } from '../model/place.ts';
import { type Cluster, isTunnelNode, type Located, type Topology } from '../model/topology.ts';
import { repeated } from './repeated.ts';

/** Routers that are missing, unknown, without a tunnel, or named twice. */
export function router(topology: Topology): readonly Finding[] {
  return topology.clusters.flatMap((cluster) => {
    if (cluster.routers.length === 0) return missing(cluster);
    return [...cluster.routers.flatMap((named) => unfit(cluster, named)), ...duplicates(cluster)];
  });
}

function missing(cluster: Cluster): readonly Finding[] {
  const tunnelNodes = cluster.nodes.filter(isTunnelNode);
  const [first, second] = tunnelNodes;
  if (!first || !second) return [];
  return [
    finding('router/missing', {
      at: onKey(cluster.at),
      message: `${quote(cluster.name)} has ${tunnelNodes.length} tunnel nodes and names no router`,
      hint: `add \`router: ${first.node}\`, or \`routers\` in order of priority`,
      related: [first, second].map((node) => ({
        at: onKey(node.at),
        message: `${quote(node.node)} has a tunnel address`,
      })),
      restsOn: [under(cluster.at, 'router'), under(cluster.at, 'routers')],
    }),
  ];
}

function unfit(cluster: Cluster, { value, at }: Located<HostName>): readonly Finding[] {
  const node = cluster.nodes.find(({ name }) => name === value);
  if (node && isTunnelNode(node)) return [];
  const name = quote(value.slice(cluster.name.length + 1));
  if (node) {
    return [
      finding('router/no-tunnel', {
        at,
        message: `the router ${name} has no tunnel address`,
        hint: 'give it one, or name a node that has one',
        related: [{ at: onKey(node.at), message: `${name} is here` }],
        restsOn: [node.at],
      }),
    ];
  }
  const known = cluster.nodes.filter(isTunnelNode).slice(0, 3);
  return [
    finding('router/unknown', {
      at,
      message: `${name} is no node of ${quote(cluster.name)}`,
      hint:
        known.length === 0
          ? 'name a node with a tunnel address'
          : `name a node with a tunnel address, such as ${known.map((other) => quote(other.node)).join(', ')}`,
      restsOn: [under(cluster.at, 'nodes')],
    }),
  ];
}

function duplicates(cluster: Cluster): readonly Finding[] {
  const claims = cluster.routers.map(({ value, at }) => ({ text: value, at }));
  return repeated(claims).map(([first, again]) =>
    finding('router/duplicate', {
      at: again.at,
      message: `${quote(again.text.slice(cluster.name.length + 1))} stands twice in \`routers\``,
      hint: 'remove one of the two',
      related: [{ at: first.at, message: 'the first one is here' }],
    }),
  );
}
