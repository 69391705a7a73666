import { isPending, isTunnelNode, type Cluster, type Node } from '../model/topology.ts';
import { xml } from './escape-xml.ts';
import { visible } from './escape.ts';
import { rangesByName, roleOf, texts, type Role } from './network-words.ts';
import { CARD_WIDTH } from './svg-layout.ts';
import { count } from './words.ts';

/** A line of a card, or a rule between two blocks. */
type Row =
  | 'rule'
  | {
      readonly left: string;
      readonly right: string;
      readonly mark?: string;
      readonly style?: 'tunnel' | 'muted';
    };

/** What a card says, before anybody knows where it stands. */
export interface Card {
  readonly title: string;
  readonly aside: string;
  /** On its upper edge, where the tunnel ends; empty without one. */
  readonly pill: string;
  readonly rows: readonly Row[];
}

const ROW_HEIGHT = 20;
const HEAD = 54;
const PADDING = 18;
const MAX_RANGES = 8;

/** How many letters of the monospaced font, each 7.2 pixels wide, fit between the paddings. */
const LETTERS = Math.floor((CARD_WIDTH - 2 * PADDING) / 7.25);
/** What a mark and the space behind it take. */
const INDENT = 16;

export function clusterCard(cluster: Cluster, maxNodes: number): Card {
  const tunnelNodes = cluster.nodes.filter(isTunnelNode);
  const showTunnels = tunnelNodes.length > 1;
  const ordered = [...tunnelNodes, ...cluster.nodes.filter((node) => !isTunnelNode(node))];
  const shown = ordered.slice(0, maxNodes);
  const more = ordered.length - shown.length;
  const rest =
    more === 0 || maxNodes === 0 ? [] : [{ left: `and ${more} more`, right: '', style: 'muted' } as const];
  const nodes = [...shown.flatMap((node) => nodeRows(cluster, node, showTunnels)), ...rest];
  return {
    title: cluster.name,
    aside: count(cluster.nodes.length, 'node'),
    pill: showTunnels
      ? count(tunnelNodes.length, 'tunnel')
      : tunnelNodes.flatMap((node) => texts(node.tunnel)).join(' · '),
    rows: [...rangeRows(cluster), ...(nodes.length > 0 ? ['rule' as const, ...nodes] : [])],
  };
}

export function cardHeight({ rows }: Card): number {
  return HEAD + rows.reduce((sum, row) => sum + (row === 'rule' ? ROW_HEIGHT / 2 : ROW_HEIGHT), 0) + PADDING;
}

/** The card's elements, with its upper left corner at the origin. */
export function drawCard(card: Card, height: number): readonly string[] {
  const right = CARD_WIDTH - PADDING;
  let y = HEAD;
  const rows = card.rows.flatMap((row) => {
    y += row === 'rule' ? ROW_HEIGHT / 2 : ROW_HEIGHT;
    return row === 'rule'
      ? [`<line class="rule" x1="${PADDING}" x2="${right}" y1="${y}" y2="${y}"/>`]
      : drawRow(row, y);
  });
  return [
    `<rect class="card" width="${CARD_WIDTH}" height="${height}" rx="12"/>`,
    `<text class="name" x="${PADDING}" y="38">${xml(card.title, 24)}</text>`,
    `<text class="muted end" x="${right}" y="38">${xml(card.aside, 12)}</text>`,
    `<line class="rule" x1="${PADDING}" x2="${right}" y1="50" y2="50"/>`,
    ...rows,
    ...(card.pill === '' ? [] : drawPill(card.pill, CARD_WIDTH / 2, 0)),
  ];
}

/** A label on the line that ends or begins at (x, y). */
export function drawPill(text: string, x: number, y: number): readonly string[] {
  const shown = visible(text, LETTERS);
  const width = shown.length * 7.25 + 24;
  return [
    `<rect class="pill" x="${x - width / 2}" y="${y - 11}" width="${width}" height="22" rx="11"/>`,
    `<text class="mono on-accent middle" x="${x}" y="${y + 4}">${xml(shown)}</text>`,
  ];
}

function drawRow({ left, right, mark, style }: Exclude<Row, 'rule'>, y: number): readonly string[] {
  const room = LETTERS - (mark === undefined ? 0 : 2);
  const [shownRight, x] = [visible(right, room), mark === undefined ? PADDING : PADDING + INDENT];
  const shownLeft = visible(left, Math.max(8, room - shownRight.length - 1));
  return [
    ...(mark === undefined ? [] : [`<circle class="${mark}" cx="${PADDING + 5}" cy="${y - 4}" r="4"/>`]),
    ...(left === ''
      ? []
      : [
          `<text class="mono${mark === undefined ? ' muted' : ''}" x="${x}" y="${y}">${xml(shownLeft)}</text>`,
        ]),
    ...(right === ''
      ? []
      : [
          `<text class="mono end ${style ?? ''}" x="${CARD_WIDTH - PADDING}" y="${y}">${xml(shownRight)}</text>`,
        ]),
  ];
}

function rangeRows(cluster: Cluster): readonly Row[] {
  const rows = rangesByName(cluster).flatMap(({ name, blocks }) =>
    blocks.map((block, i) => ({ left: i === 0 ? name : '', right: block })),
  );
  const more = rows.length - MAX_RANGES;
  return more > 0 ? [...rows.slice(0, MAX_RANGES), { left: `and ${more} more`, right: '' }] : rows;
}

function nodeRows(cluster: Cluster, node: Node, showTunnels: boolean): readonly Row[] {
  const mark = isPending(node) ? 'pending' : MARKS[roleOf(cluster, node)];
  const addresses = texts(node.addresses);
  const fits = node.node.length + (addresses[0]?.length ?? 0) + 1 <= LETTERS - 2;
  const [beside, below] = fits ? [addresses.slice(0, 1), addresses.slice(1)] : [[], addresses];
  return [
    { left: node.node, right: beside[0] ?? '', mark, style: 'muted' },
    ...below.map((right) => ({ left: '', right, style: 'muted' }) as const),
    ...(showTunnels ? texts(node.tunnel) : []).map(
      (right) => ({ left: '', right, style: 'tunnel' }) as const,
    ),
  ];
}

const MARKS: Readonly<Record<Role, string>> = {
  router: 'router',
  standby: 'standby',
  tunnel: 'own-tunnel',
  plain: 'plain',
};
