import {
  activeRouter,
  isPending,
  isTunnelNode,
  type Cluster,
  type Endpoint,
  type Node,
  type RangeKind,
} from '../model/topology.ts';

/** What a node is to its cluster. */
export type Role = 'router' | 'standby' | 'tunnel' | 'plain';

export function roleOf(cluster: Cluster, node: Node): Role {
  if (activeRouter(cluster)?.name === node.name) return 'router';
  if (cluster.routers.some((router) => router.value === node.name)) return 'standby';
  return isTunnelNode(node) ? 'tunnel' : 'plain';
}

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  router: 'router',
  standby: 'standby router',
  tunnel: 'own tunnel',
  plain: '',
};

/** What else there is to say about a node besides its name and addresses; empty for most. */
export function nodeNote(cluster: Cluster, node: Node): string {
  const words = [ROLE_WORDS[roleOf(cluster, node)], isPending(node) ? 'not enrolled yet' : ''];
  return words.filter((word) => word !== '').join(', ');
}

const ORDER: readonly RangeKind[] = ['nodes', 'pods', 'services', 'other'];

/** The ranges of a cluster by what lives in them, such as `pods` and its blocks. */
export function rangesByName({
  ranges,
}: Cluster): readonly { readonly name: string; readonly blocks: readonly string[] }[] {
  const names = [
    ...new Set(
      ORDER.flatMap((kind) => ranges.filter((range) => range.kind === kind)).map((range) => range.name),
    ),
  ];
  return names.map((name) => ({
    name,
    blocks: ranges.filter((range) => range.name === name).map((range) => range.prefix.text),
  }));
}

/** `host:port`, an IPv6 literal in brackets. */
export function endpointText({ host, address, port }: Endpoint): string {
  return address?.family === 6 ? `[${address.text}]:${port}` : `${host}:${port}`;
}

export function texts(located: readonly { readonly value: { readonly text: string } }[]): readonly string[] {
  return located.map(({ value }) => value.text);
}
