export interface Point {
  readonly x: number;
  readonly y: number;
}

const RADIUS = 14;

/** Path data of horizontal and vertical strokes through `points`, with round corners. */
export function roundedPath(points: readonly Point[]): string {
  const corners = points.filter((point, i) => i === 0 || distance(point, points[i - 1]!) > 0);
  return corners
    .map((point, i) => {
      const [before, after] = [corners[i - 1], corners[i + 1]];
      if (!before) return `M${at(point)}`;
      if (!after) return `L${at(point)}`;
      const radius = Math.min(RADIUS, distance(before, point) / 2, distance(point, after) / 2);
      return `L${at(towards(point, before, radius))}Q${at(point)} ${at(towards(point, after, radius))}`;
    })
    .join('');
}

/** With at most one digit behind the point: the same bytes on every machine. */
export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function at({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function towards(from: Point, to: Point, length: number): Point {
  const share = length / distance(from, to);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
