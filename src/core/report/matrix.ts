import type { ProbeResult } from '../model/probe.ts';
import { phasesLine } from './deployment.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';
import { alignColumns } from './table.ts';
import { cellText, probeWords, reachVerdict, tally, type Row, type Tally } from './tally.ts';
import { count } from './words.ts';

/** More rows than this are not read: then only those with something missing are shown. */
const MAX_ROWS = 60;
const MAX_FAILED = 40;

interface MatrixOptions {
  readonly paint?: Paint;
  /** Milliseconds, by phase. */
  readonly phases?: ReadonlyMap<string, number>;
  /** Sentences without a full stop, such as what was left out. */
  readonly notes?: readonly string[];
}

/** The matrix of who reached whom, the probes that failed, and the verdict on the last line. */
export function matrixText(probes: readonly ProbeResult[], options: MatrixOptions = {}): string {
  const { paint = PLAIN, phases, notes = [] } = options;
  const counted = tally(probes);
  const parts = [
    table(counted, paint),
    failures(counted, paint),
    [
      ...notes.map((note) => visible(note)),
      ...(phases && phases.size > 0 ? [paint.dim(phasesLine(phases))] : []),
    ],
    [verdict(counted, paint)],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** The rows to show: all of them, or where there are too many the incomplete ones. */
export function shownRows(
  { rows }: Tally,
  limit = MAX_ROWS,
): { readonly rows: readonly Row[]; readonly omitted: number } {
  if (rows.length <= limit) return { rows, omitted: 0 };
  const shown = rows.filter(isIncomplete).slice(0, limit);
  return { rows: shown, omitted: rows.length - shown.length };
}

function isIncomplete({ cells }: Row): boolean {
  return [...cells.values()].some(({ reached, probed }) => reached < probed);
}

function table(counted: Tally, paint: Paint): readonly string[] {
  const { kinds } = counted;
  const { rows, omitted } = shownRows(counted);
  const body = rows.map(({ from, to, cells }) => [
    `${visible(from, MAX_NAME)} -> ${visible(to, MAX_NAME)}`,
    ...kinds.map((kind) => cellText(cells.get(kind))),
  ]);
  const lines = alignColumns([['', ...kinds], ...body], (cell, column, row) => {
    if (row === 0) return paint.dim(cell);
    if (column === 0) return cell;
    return cell.endsWith('!') ? paint.red(cell) : paint.green(cell);
  });
  const more = omitted > 0 ? [`  ${count(omitted, 'more pair')} not shown`] : [];
  return rows.length > 0 ? [...lines, ...more] : more;
}

function failures({ failed }: Tally, paint: Paint): readonly string[] {
  if (failed.length === 0) return [];
  const lines = failed.slice(0, MAX_FAILED).map((probe) => {
    const { ends, what } = probeWords(probe);
    return `  ${paint.red(ends.map((end) => visible(end, MAX_NAME)).join(' -> '))} (${what})`;
  });
  const more = failed.length - lines.length;
  return ['not reached:', ...lines, ...(more > 0 ? [`  and ${more} more`] : [])];
}

function verdict(counted: Tally, paint: Paint): string {
  const isComplete = counted.probed > 0 && counted.reached === counted.probed;
  return paint.bold((isComplete ? paint.green : paint.red)(reachVerdict(counted)));
}
