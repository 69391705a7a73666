import {
  END_KINDS,
  type EndKind,
  type Line,
  type LocatedProof,
  type LostRoad,
  type Unreached,
} from '../model/proof.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';
import { countPairs, endName, proofRows } from './proof-rows.ts';
import { reasonSentence } from './reasons.ts';
import { alignColumns } from './table.ts';
import { count, list, thousands } from './words.ts';

const MAX_ROWS = 60;
const MAX_FAILED = 40;

/** The matrix of who reaches whom, what fails and why, and the verdict on the last line. */
export function proofText(proof: LocatedProof, paint: Paint = PLAIN): string {
  const parts = [matrix(proof, paint), failures(proof, paint), pending(proof), [verdict(proof, paint)]];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** One sentence without a full stop. */
export function proofVerdict(proof: LocatedProof): string {
  const { reached, pairs } = countPairs(proof);
  const lost = proof.roads.length;
  if (pairs === 0) return 'nothing is connected yet, so nothing is proved';
  const roads =
    lost === 0
      ? ''
      : `; ${count(lost, 'way')} that Kuiil itself needs ${lost === 1 ? 'is' : 'are'} not there`;
  if (reached === pairs)
    return `everything that is declared is reached, there and back: ${count(pairs, 'pair')}${roads}`;
  return `${thousands(pairs - reached)} of ${count(pairs, 'pair')} not reached${roads}`;
}

/** `cluster1/pods -> cluster2/nodes (IPv4)` with both names as the format escapes them. */
export function pairWords(
  { from, to }: Pick<Unreached, 'from' | 'to'>,
  name: (text: string) => string,
  arrow = '->',
): string {
  return `${name(endName(from))} ${arrow} ${name(endName(to))} (IPv${from.family})`;
}

/** What a failure is about, in a few words: a pair's stations, where their names say more than the ends'. */
export function failureWords({ source, failure }: Unreached): string {
  const hidden =
    source.kind === 'pods'
      ? ` (pods that ${source.isHidden ? 'appear as their node' : 'keep their address'})`
      : '';
  return `${reasonSentence(failure)}${hidden}`;
}

export function roadWords({ road, host }: LostRoad, name: (text: string) => string): string {
  return road === 'ssh'
    ? `SSH to ${name(host)}`
    : `the question of ${name(host)} to the hub what was decided`;
}

export function lineWords({ file, span }: Line): string {
  return `${file}:${span.line}`;
}

/** The kinds that stand in the matrix's head. */
export function kindsOf({ ends }: LocatedProof): readonly EndKind[] {
  return END_KINDS.filter((kind) => ends.some((end) => end.kind === kind));
}

function matrix(proof: LocatedProof, paint: Paint): readonly string[] {
  const { rows, omitted } = proofRows(proof, MAX_ROWS);
  const kinds = kindsOf(proof);
  const body = rows.map(({ from, to, cells }) => [
    `${visible(from, MAX_NAME)} -> ${visible(to, MAX_NAME)}`,
    ...kinds.map((kind) => cellWords(cells.get(kind))),
  ]);
  const lines = alignColumns([['', ...kinds], ...body], (cell, column, row) => {
    if (row === 0) return paint.dim(cell);
    if (column === 0) return cell;
    return cell.endsWith('!') ? paint.red(cell) : paint.green(cell);
  });
  const more = omitted > 0 ? [`  ${count(omitted, 'more pair')} of places not shown`] : [];
  return rows.length > 0 ? [...lines, ...more] : more;
}

export function cellWords(cell: { readonly reached: number; readonly pairs: number } | undefined): string {
  if (!cell) return '';
  return `${cell.reached}/${cell.pairs}${cell.reached < cell.pairs ? ' !' : ''}`;
}

function failures({ unreached, roads }: LocatedProof, paint: Paint): readonly string[] {
  const shown = (text: string) => paint.red(visible(text, MAX_NAME));
  const all = [
    ...roads.map((each) => ({ what: roadWords(each, shown), why: reasonSentence(each.failure), line: each })),
    ...unreached.map((each) => ({ what: pairWords(each, shown), why: failureWords(each), line: each })),
  ];
  if (all.length === 0) return [];
  const lines = all
    .slice(0, MAX_FAILED)
    .map(({ what, why, line }) => `  ${what}: ${visible(why)} [${visible(lineWords(line))}]`);
  const more = all.length - lines.length;
  return ['not reached:', ...lines, ...(more > 0 ? [`  and ${thousands(more)} more`] : [])];
}

function pending({ pending: hosts }: LocatedProof): readonly string[] {
  if (hosts.length === 0) return [];
  const names = list(
    hosts.map((host) => visible(host, MAX_NAME)),
    10,
  );
  return [`not enrolled or not connected yet, so nothing is proved of it: ${names}`];
}

function verdict(proof: LocatedProof, paint: Paint): string {
  const { reached, pairs } = countPairs(proof);
  const isComplete = pairs > 0 && reached === pairs && proof.roads.length === 0;
  return paint.bold(
    (isComplete ? paint.green : paint.red)(`${visible(proof.name, MAX_NAME)}: ${proofVerdict(proof)}`),
  );
}
