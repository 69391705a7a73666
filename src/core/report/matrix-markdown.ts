import type { ProbeResult } from '../model/probe.ts';
import { COMMENT_BUDGET, fitFirst, size } from './budget.ts';
import { phasesLine } from './deployment.ts';
import { code, prose } from './escape-markdown.ts';
import { shownRows } from './matrix.ts';
import { markdownTable } from './table.ts';
import { cellText, probeWords, reachVerdict, tally, type Cell, type Tally } from './tally.ts';
import { count } from './words.ts';

const MAX_FAILED = 100;
const NOTES = 200;

interface MatrixMarkdownOptions {
  readonly budget?: number;
  readonly phases?: ReadonlyMap<string, number>;
  readonly notes?: readonly string[];
}

/** The verdict, the matrix and the probes that failed, of at most `budget` bytes. */
export function matrixMarkdown(probes: readonly ProbeResult[], options: MatrixMarkdownOptions = {}): string {
  const { budget = COMMENT_BUDGET, phases = new Map(), notes = [] } = options;
  const counted = tally(probes);
  const head = `**${reachVerdict(counted)}**\n`;
  const said = [
    ...notes.map((note) => `${prose(note, 300)}.\n`),
    ...(phases.size > 0 ? [`${prose(phasesLine(phases), 300)}.\n`] : []),
  ];
  const foot = fitFirst(said, budget / 4).taken;
  const room = budget - size(head) - size(foot.join('\n')) - NOTES;
  const parts = [head, table(counted, room / 2), failures(counted, room / 2), ...foot];
  return parts.filter((part) => part !== '').join('\n');
}

function table(counted: Tally, budget: number): string {
  const { rows } = shownRows(counted);
  const [head, rule, ...lines] = markdownTable(
    ['', ...counted.kinds],
    rows.map(({ from, to, cells }) => [
      `${code(from)} → ${code(to)}`,
      ...counted.kinds.map((kind) => mark(cells.get(kind))),
    ]),
  );
  const { taken } = fitFirst(lines, budget - size(`${head}\n${rule}\n`));
  const omitted = counted.rows.length - taken.length;
  const more = omitted > 0 ? ['', `${count(omitted, 'more pair')} not shown.`] : [];
  return counted.rows.length === 0
    ? ''
    : [...(taken.length > 0 ? [head, rule, ...taken] : []), ...more, ''].join('\n');
}

function mark(cell: Cell | undefined): string {
  const text = cellText(cell);
  return text.endsWith('!') ? `**${text.slice(0, -2)}** ✗` : text;
}

function failures({ failed }: Tally, budget: number): string {
  if (failed.length === 0) return '';
  const lines = failed.slice(0, MAX_FAILED).map((probe) => {
    const { ends, what } = probeWords(probe);
    return `- ${ends.map((end) => code(end)).join(' → ')} (${what})`;
  });
  const { taken } = fitFirst(lines, budget);
  const more = failed.length - taken.length;
  return ['Not reached:', '', ...taken, ...(more > 0 ? [`- and ${more} more`] : []), ''].join('\n');
}
