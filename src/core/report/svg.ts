import { isPending, type Cluster, type Topology } from '../model/topology.ts';
import { xml } from './escape-xml.ts';
import { endpointText, roleOf, texts } from './network-words.ts';
import { cardHeight, clusterCard, drawCard, drawPill, type Card } from './svg-card.ts';
import { HUB, layOut, type Layout } from './svg-layout.ts';
import { round, roundedPath } from './svg-path.ts';
import { STYLE } from './svg-style.ts';
import { count } from './words.ts';

/** More cards than this are a wallpaper. */
const MAX_CARDS = 30;
/** Among more cards than this, single nodes are not shown. */
const MARKED_CARDS = 12;

/** The network as a picture that stands alone: the hub, the clusters as cards, the tunnels between them. */
export function graphSvg(topology: Topology): string {
  const { clusters, name } = topology;
  const cards = cardsOf(clusters);
  const layout = layOut(cards.map(cardHeight));
  const { width, height } = layout;
  const ways = layout.cards.map((card) => roundedPath(card.tunnel)).join('');
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" role="img">`,
    `<title>${xml(name)}: ${xml(summary(topology))}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="canvas" x="0.5" y="0.5" width="${round(width - 1)}" height="${round(height - 1)}" rx="16"/>`,
    `<text class="title" x="36" y="48">${xml(name, 40)}</text>`,
    `<text class="muted end" x="${round(width - 36)}" y="48">${xml(summary(topology))}</text>`,
    // One path for all: where tunnels share their way, a second stroke would darken the first.
    ...(ways === '' ? [] : [`<path class="glow" d="${ways}"/>`, `<path class="edge" d="${ways}"/>`]),
    ...drawHub(topology, layout),
    ...cards.flatMap((card, i) => {
      const { x, y, height: tall } = layout.cards[i]!;
      return [`<g transform="translate(${round(x)} ${round(y)})">`, ...drawCard(card, tall), '</g>'];
    }),
    ...(cards.length > MARKED_CARDS ? [] : legend(clusters, height)),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

function cardsOf(clusters: readonly Cluster[]): readonly Card[] {
  const shown = clusters.length > MAX_CARDS ? clusters.slice(0, MAX_CARDS - 1) : clusters;
  const maxNodes = shown.length <= 6 ? 6 : shown.length <= MARKED_CARDS ? 3 : 0;
  const cards = shown.map((cluster) => clusterCard(cluster, maxNodes));
  const rest = clusters.slice(shown.length);
  if (rest.length === 0) return cards;
  const nodes = rest.reduce((sum, cluster) => sum + cluster.nodes.length, 0);
  return [
    ...cards,
    { title: count(rest.length, 'more cluster'), aside: count(nodes, 'node'), pill: '', rows: [] },
  ];
}

function drawHub({ hub }: Topology, layout: Layout): readonly string[] {
  const { x, y } = layout.hub;
  return [
    `<rect class="hub" x="${round(x - HUB.width / 2)}" y="${HUB.top}" width="${HUB.width}" height="${HUB.height}" rx="14"/>`,
    `<text class="name middle" x="${round(x)}" y="${HUB.top + 27}">hub</text>`,
    `<text class="mono muted middle" x="${round(x)}" y="${HUB.top + 48}">${xml(endpointText(hub.endpoint), 35)}</text>`,
    ...drawPill(texts(hub.tunnel).join(' · '), x, y),
  ];
}

/** What the marks before the nodes' names mean; only those that occur. */
function legend(clusters: readonly Cluster[], height: number): readonly string[] {
  const seen = new Set(
    clusters.flatMap((cluster) =>
      cluster.nodes.map((node) => (isPending(node) ? 'pending' : roleOf(cluster, node))),
    ),
  );
  const entries = [
    ['router', 'router', 'router'],
    ['standby', 'standby', 'standby router'],
    ['tunnel', 'own-tunnel', 'own tunnel'],
    ['plain', 'plain', 'node behind the router'],
    ['pending', 'pending', 'not enrolled yet'],
  ] as const;
  let x = 41;
  return entries
    .filter(([role]) => seen.has(role))
    .flatMap(([, mark, words]) => {
      const at = x;
      x += words.length * 7 + 40;
      return [
        `<circle class="${mark}" cx="${at}" cy="${round(height - 28)}" r="4"/>`,
        `<text class="muted" x="${at + 11}" y="${round(height - 24)}">${words}</text>`,
      ];
    });
}

function summary({ wireguard, clusters }: Topology): string {
  const nodes = clusters.reduce((sum, cluster) => sum + cluster.nodes.length, 0);
  return `${count(clusters.length, 'cluster')}, ${count(nodes, 'node')}, WireGuard ${texts(wireguard.subnets).join(' and ')}`;
}
