import type { End, EndKind, LocatedProof, Unreached } from '../model/proof.ts';

export interface ProofCell {
  readonly reached: number;
  readonly pairs: number;
}

/** What is reached from one place in another, by the kind of what is reached. */
export interface ProofRow {
  readonly from: string;
  readonly to: string;
  readonly cells: ReadonlyMap<EndKind, ProofCell>;
}

/** How many ordered pairs of ends there are, and how many of them reach each other. Counted, not listed: a large fleet has millions. */
export function countPairs({ ends, unreached }: Pick<LocatedProof, 'ends' | 'unreached'>): ProofCell {
  const pairs = ([4, 6] as const).reduce((sum, family) => {
    const own = ends.filter((end) => end.family === family);
    const places = [...groupByPlace(own).values()];
    const sources = own.filter(starts).length;
    const inside = places.reduce((all, list) => all + list.filter(starts).length * list.length, 0);
    return sum + sources * own.length - inside;
  }, 0);
  return { reached: pairs - unreached.length, pairs };
}

/**
 * A row for each ordered pair of places, at most `limit`: where there are more, only those in which something is not reached.
 */
export function proofRows(
  { ends, unreached }: Pick<LocatedProof, 'ends' | 'unreached'>,
  limit: number,
): { readonly rows: readonly ProofRow[]; readonly omitted: number } {
  const places = groupByPlace(ends);
  const failed = new Map<string, Unreached[]>();
  for (const each of unreached) {
    const key = keyOf(each.from.place, each.to.place);
    const list = failed.get(key);
    if (list) list.push(each);
    else failed.set(key, [each]);
  }
  const total = places.size * Math.max(0, places.size - 1);
  const row = (from: string, to: string): ProofRow => ({
    from,
    to,
    cells: cells(places.get(from) ?? [], places.get(to) ?? [], failed.get(keyOf(from, to)) ?? []),
  });
  if (total <= limit) {
    const names = [...places.keys()];
    const rows = names.flatMap((from) => names.filter((to) => to !== from).map((to) => row(from, to)));
    return { rows: rows.filter((each) => each.cells.size > 0), omitted: 0 };
  }
  const shown = [...failed.values()]
    .slice(0, limit)
    .map(([first]) => row(first!.from.place, first!.to.place));
  return { rows: shown, omitted: total - shown.length };
}

/** `cluster1/pods`, or `hub`. */
export function endName({ place, kind, name }: Pick<End, 'place' | 'kind' | 'name'>): string {
  return kind === 'hub' ? place : `${place}/${name}`;
}

function cells(
  from: readonly End[],
  to: readonly End[],
  failed: readonly Unreached[],
): ReadonlyMap<EndKind, ProofCell> {
  const found = new Map<EndKind, ProofCell>();
  for (const target of to) {
    const pairs = from.filter((source) => starts(source) && source.family === target.family).length;
    if (pairs === 0) continue;
    const lost = failed.filter(
      (each) => each.to.family === target.family && each.to.name === target.name,
    ).length;
    const { reached, pairs: before } = found.get(target.kind) ?? { reached: 0, pairs: 0 };
    found.set(target.kind, { reached: reached + pairs - lost, pairs: before + pairs });
  }
  return found;
}

function starts({ kind }: End): boolean {
  return kind !== 'services';
}

function groupByPlace(ends: readonly End[]): ReadonlyMap<string, readonly End[]> {
  const places = new Map<string, End[]>();
  for (const end of ends) {
    const list = places.get(end.place);
    if (list) list.push(end);
    else places.set(end.place, [end]);
  }
  return places;
}

function keyOf(from: string, to: string): string {
  return `${from} ${to}`;
}
