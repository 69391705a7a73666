import type { LocatedProof } from '../model/proof.ts';
import { COMMENT_BUDGET, fitFirst, size } from './budget.ts';
import { code, prose } from './escape-markdown.ts';
import { proofRows } from './proof-rows.ts';
import { cellWords, failureWords, kindsOf, lineWords, pairWords, proofVerdict, roadWords } from './proof.ts';
import { reasonSentence } from './reasons.ts';
import { markdownTable } from './table.ts';
import { count, list, thousands } from './words.ts';

const MAX_ROWS = 60;
const NOTES = 200;

/** The verdict, the matrix, and what fails with its reason and line, of at most `budget` bytes. */
export function proofMarkdown(proof: LocatedProof, { budget = COMMENT_BUDGET } = {}): string {
  const head = `**${code(proof.name)}: ${proofVerdict(proof)}.**\n`;
  const names = list(
    proof.pending.map((host) => code(host)),
    10,
  );
  const foot =
    proof.pending.length === 0 ? '' : `Nothing is proved of ${names}: not enrolled or not connected yet.\n`;
  const room = budget - size(head) - size(foot) - NOTES;
  return [head, matrix(proof, room / 2), failures(proof, room / 2), foot]
    .filter((part) => part !== '')
    .join('\n');
}

function matrix(proof: LocatedProof, budget: number): string {
  const kinds = kindsOf(proof);
  const { rows, omitted } = proofRows(proof, MAX_ROWS);
  const [head, rule, ...lines] = markdownTable(
    ['', ...kinds],
    rows.map(({ from, to, cells }) => [
      `${code(from)} → ${code(to)}`,
      ...kinds.map((kind) => cellWords(cells.get(kind)).replace(/^(.*) !$/, '**$1** ✗')),
    ]),
  );
  const { taken } = fitFirst(lines, budget - size(`${head}\n${rule}\n`));
  const left = omitted + rows.length - taken.length;
  const more = left > 0 ? ['', `${count(left, 'more pair')} of places not shown.`] : [];
  return rows.length + left === 0
    ? ''
    : [...(taken.length > 0 ? [head, rule, ...taken] : []), ...more, ''].join('\n');
}

function failures({ unreached, roads }: LocatedProof, budget: number): string {
  const shown = (text: string) => code(text);
  const rows = [
    ...roads.map(
      (each) =>
        `- ${roadWords(each, shown)}: ${prose(reasonSentence(each.failure), 300)} (${code(lineWords(each))})`,
    ),
    ...unreached
      .slice(0, 200)
      .map(
        (each) =>
          `- ${pairWords(each, shown, '→')}: ${prose(failureWords(each), 300)} (${code(lineWords(each))})`,
      ),
  ];
  if (rows.length === 0) return '';
  const { taken } = fitFirst(rows, budget);
  const more = unreached.length + roads.length - taken.length;
  return ['Not reached:', '', ...taken, ...(more > 0 ? [`- and ${thousands(more)} more`] : []), ''].join(
    '\n',
  );
}
