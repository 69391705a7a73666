import { HUB } from '../model/name.ts';
import { PROBE_KINDS, type ProbeKind, type ProbeResult } from '../model/probe.ts';
import { compareText } from '../model/name.ts';

export interface Cell {
  readonly reached: number;
  readonly probed: number;
}

/** What was tried from one place to another; a place is a cluster or the hub. */
export interface Row {
  readonly from: string;
  readonly to: string;
  /** Only the kinds that were tried. */
  readonly cells: ReadonlyMap<ProbeKind, Cell>;
}

export interface Tally extends Cell {
  /** The kinds that were tried at all, in the order of `PROBE_KINDS`. */
  readonly kinds: readonly ProbeKind[];
  /** By `from`, then `to`; the hub first. */
  readonly rows: readonly Row[];
  /** In the order of the rows, then by kind, hosts and family. */
  readonly failed: readonly ProbeResult[];
}

/** Counts probes by ordered pair of places and by kind; the order of the probes makes no difference. */
export function tally(probes: readonly ProbeResult[]): Tally {
  const rows = new Map<string, { from: string; to: string; cells: Map<ProbeKind, Cell> }>();
  const sorted = probes.toSorted(compareProbes);
  for (const probe of sorted) {
    const [from, to] = [placeOf(probe.from), placeOf(probe.to)];
    const key = JSON.stringify([from, to]);
    const row = rows.get(key) ?? { from, to, cells: new Map<ProbeKind, Cell>() };
    const { reached, probed } = row.cells.get(probe.kind) ?? { reached: 0, probed: 0 };
    row.cells.set(probe.kind, { reached: reached + Number(probe.reachable), probed: probed + 1 });
    rows.set(key, row);
  }
  const failed = sorted.filter((probe) => !probe.reachable);
  const tried = new Set(probes.map((probe) => probe.kind));
  return {
    kinds: PROBE_KINDS.filter((kind) => tried.has(kind)),
    rows: [...rows.values()],
    failed,
    reached: probes.length - failed.length,
    probed: probes.length,
  };
}

/** The final word: `every node, pod and service is reached: 192 of 192`, or `12 of 192 not reached`. */
export function reachVerdict({ reached, probed }: Cell): string {
  if (probed === 0) return 'nothing was probed';
  const numbers = `${probed - reached} of ${probed} not reached`;
  return reached === probed ? `every node, pod and service is reached: ${reached} of ${probed}` : numbers;
}

/** `cluster1/a -> cluster2/b (pod-pod, IPv4)`; the names are not escaped. */
export function probeWords({ from, to, kind, family }: ProbeResult): {
  readonly ends: readonly [string, string];
  readonly what: string;
} {
  return { ends: [from, to], what: `${kind.replace('-', ' to ')}, IPv${family}` };
}

/** `4/4`; with a mark where something is missing. */
export function cellText(cell: Cell | undefined): string {
  if (!cell) return '';
  return `${cell.reached}/${cell.probed}${cell.reached < cell.probed ? ' !' : ''}`;
}

function placeOf(host: string): string {
  return host.split('/')[0]!;
}

function compareProbes(a: ProbeResult, b: ProbeResult): number {
  return (
    comparePlaces(placeOf(a.from), placeOf(b.from)) ||
    comparePlaces(placeOf(a.to), placeOf(b.to)) ||
    PROBE_KINDS.indexOf(a.kind) - PROBE_KINDS.indexOf(b.kind) ||
    compareText(a.from, b.from) ||
    compareText(a.to, b.to) ||
    a.family - b.family
  );
}

function comparePlaces(a: string, b: string): number {
  return Number(b === HUB) - Number(a === HUB) || compareText(a, b);
}
