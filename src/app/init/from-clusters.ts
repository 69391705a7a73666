import { patchYaml } from '../../core/edit/patch.ts';
import type { YamlMapping, YamlValue } from '../../core/edit/value.ts';
import { isPrefix, overlaps, parsePrefix, type Family, type Prefix } from '../../core/model/address.ts';
import { compareCluster } from '../discover/compare-cluster.ts';
import type { LiveCluster } from '../discover/live-cluster.ts';

export interface Found {
  readonly network: string;
  readonly hub: { readonly endpoint: string; readonly user: string };
  /** In the order of their tunnel addresses. */
  readonly clusters: readonly { readonly name: string; readonly live: LiveCluster }[];
}

export interface FirstTopology {
  readonly text: string;
  /** What has to be looked at by hand, each with its cluster. */
  readonly notes: readonly string[];
}

/** A first topology out of what live clusters tell: a control-plane node of each routes, in a tunnel subnet that is free. */
export function topologyFromClusters({ network, hub, clusters }: Found): FirstTopology {
  const subnets = tunnelSubnets(clusters.map(({ live }) => live));
  const parts = clusters.map(({ name, live }, index) => clusterPart(name, live, { subnets, index }));
  const values: YamlMapping = {
    version: 1,
    name: network,
    wireguard: { subnet: oneOrList(subnets.map(({ text }) => text)) },
    hub: {
      endpoint: hub.endpoint,
      tunnel: oneOrList(subnets.map((subnet) => hostOf(subnet, 1))),
      ...(hub.user === 'root' ? {} : { ssh: { user: hub.user } }),
    },
    clusters: Object.fromEntries(parts.map(({ name, value }) => [name, value])),
  };
  const patched = patchYaml('# yaml-language-server: $schema=\n', values);
  if ('alias' in patched) throw new Error('a file without anything has no alias');
  return { text: patched.text, notes: parts.flatMap(({ notes }) => notes) };
}

/** From the guide on; what comes later is for who has that already. */
const CANDIDATES: Readonly<Record<Family, readonly string[]>> = {
  4: ['192.168.99.0/24', '192.168.199.0/24', '10.99.99.0/24', '172.31.99.0/24'],
  6: ['fd00:99::/64', 'fd00:199::/64'],
};
/** The hub is the first; the clusters' routers begin where the guide's do. */
const FIRST_ROUTER = 10;

function tunnelSubnets(live: readonly LiveCluster[]): readonly Prefix[] {
  const taken = live.flatMap(({ pods, services }) => [...pods, ...services]);
  const addresses = live.flatMap(({ nodes }) => nodes.flatMap((node) => node.addresses));
  const isFree = (prefix: Prefix) =>
    !taken.some((other) => overlaps(prefix, other)) &&
    !addresses.some(
      ({ family, value }) => family === prefix.family && value >= prefix.start && value <= prefix.end,
    );
  return ([4, 6] as const).flatMap((family) => {
    const isNeeded = family === 4 || [...taken, ...addresses].some((each) => each.family === 6);
    const prefixes = CANDIDATES[family].map((text) => parsePrefix(text)).filter(isPrefix);
    // All of them taken: the last, and validation says with whom it collides.
    return isNeeded ? [prefixes.find(isFree) ?? prefixes.at(-1)!] : [];
  });
}

function hostOf({ text }: Prefix, number: number): string {
  const [network = ''] = text.split('/');
  return text.includes(':') ? `${network}${number.toString(16)}` : network.replace(/0$/, String(number));
}

function clusterPart(
  name: string,
  live: LiveCluster,
  { subnets, index }: { readonly subnets: readonly Prefix[]; readonly index: number },
): { readonly name: string; readonly value: YamlMapping; readonly notes: readonly string[] } {
  const { patch, notes } = compareCluster({ clusters: [] }, name, live);
  const router = live.nodes.find(({ isControlPlane }) => isControlPlane) ?? live.nodes[0];
  const tunnel = oneOrList(subnets.map((subnet) => hostOf(subnet, FIRST_ROUTER + index)));
  const nodes = live.nodes.map((node): [string, YamlValue] => {
    const address = oneOrList(node.addresses.map(({ text }) => text));
    if (node === router) return [node.name, { address, tunnel }];
    return [node.name, typeof address === 'string' ? address : { address }];
  });
  const said = notes.filter((note) => !note.startsWith('give at least one node'));
  return {
    name,
    value: { ...patch, nodes: Object.fromEntries(nodes) },
    notes: [
      ...said,
      ...(router && live.nodes.length > 1
        ? [`${router.name} routes for the cluster: give the tunnel to another node if you would rather`]
        : []),
    ].map((note) => `${name}: ${note}`),
  };
}

function oneOrList(texts: readonly string[]): YamlValue {
  return texts.length === 1 ? texts[0]! : texts;
}

/** Names that say nothing: what tools call every cluster that they make. */
const NAMELESS = /^(kubernetes|default|cluster|local|cluster-local|kind)$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const RESERVED = /^(hub|direct|all|none)$/;

/** What a cluster is called in the topology: as its kubeconfig calls it, else by number. */
export function clusterNames(told: readonly (string | undefined)[]): readonly string[] {
  const names: string[] = [];
  for (const [index, name] of told.entries()) {
    const label = (name ?? '').toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
    const isUsable = LABEL.test(label) && !NAMELESS.test(label) && !RESERVED.test(label);
    names.push(isUsable && !names.includes(label) ? label : `cluster${index + 1}`);
  }
  return names;
}
