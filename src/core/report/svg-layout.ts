import type { Point } from './svg-path.ts';

export const CARD_WIDTH = 290;
export const HUB = { width: 270, height: 74, top: 84 };
const GAP = 36;
const ROW_GAP = 62;
const MARGIN = 36;
const MIN_WIDTH = 660;

/** Where everything stands, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The middle of the hub's lower edge. */
  readonly hub: Point;
  /** One a card: its upper left corner, its height, and the way of its tunnel from the hub to the middle of its upper edge. */
  readonly cards: readonly {
    readonly x: number;
    readonly y: number;
    readonly height: number;
    readonly tunnel: readonly Point[];
  }[];
}

/** A grid of cards below the hub; the cards of a row share the height of the tallest. A row that is not full stands in the middle. */
export function layOut(heights: readonly number[]): Layout {
  const columns = columnsFor(heights.length);
  const width = Math.max(MIN_WIDTH, 2 * MARGIN + rowWidth(columns));
  const middle = width / 2;
  const hub = { x: middle, y: HUB.top + HUB.height };
  const cards: { x: number; y: number; height: number; tunnel: readonly Point[] }[] = [];
  let top = hub.y + ROW_GAP + 16;
  for (let first = 0; first < heights.length; first += columns) {
    const row = heights.slice(first, first + columns);
    const height = Math.max(...row);
    const left = middle - rowWidth(row.length) / 2;
    row.forEach((_, i) => {
      const x = left + i * (CARD_WIDTH + GAP);
      const end = { x: x + CARD_WIDTH / 2, y: top };
      cards.push({
        x,
        y: top,
        height,
        tunnel: tunnel(hub, end, first === 0 ? [] : gutters(columns, middle)),
      });
    });
    top += height + ROW_GAP;
  }
  return { width, height: top - ROW_GAP + MARGIN + 26, hub, cards };
}

function columnsFor(cards: number): number {
  if (cards <= 4) return Math.max(1, cards);
  if (cards <= 6) return 3;
  return cards <= 16 ? 4 : 5;
}

function rowWidth(cards: number): number {
  return cards * CARD_WIDTH + (cards - 1) * GAP;
}

/** The middles of the gaps between full columns, through which tunnels pass the rows above. */
function gutters(columns: number, middle: number): readonly number[] {
  const left = middle - rowWidth(columns) / 2;
  return Array.from({ length: columns - 1 }, (_, i) => left + (i + 1) * (CARD_WIDTH + GAP) - GAP / 2);
}

/** Down to the line that all tunnels share, along it, down the nearest gap, and along the row to its card. */
function tunnel(hub: Point, end: Point, gaps: readonly number[]): readonly Point[] {
  const shared = hub.y + ROW_GAP / 2;
  const gap = gaps.toSorted(
    (a, b) => Math.abs(a - end.x) - Math.abs(b - end.x) || Math.abs(a - hub.x) - Math.abs(b - hub.x),
  )[0];
  if (gap === undefined) return [hub, { x: hub.x, y: shared }, { x: end.x, y: shared }, end];
  const above = end.y - ROW_GAP / 2 - 4;
  return [
    hub,
    { x: hub.x, y: shared },
    { x: gap, y: shared },
    { x: gap, y: above },
    { x: end.x, y: above },
    end,
  ];
}
