import { DRIFT_CODES, type Drift, type DriftFinding } from '../model/drift.ts';
import { COMMENT_BUDGET, fitFirst, size } from './budget.ts';
import { byHost, driftVerdict, pendingWords } from './drift-words.ts';
import { moment } from './moment.ts';
import { code, prose } from './escape-markdown.ts';
import { markdownTable } from './table.ts';
import { count } from './words.ts';

const MAX_CELL = 200;
const MAX_NOTES = 12;

/** The same check gives the same text, of at most `budget` bytes: whether it changed can be seen from it. */
export function driftMarkdown(drift: Drift, budget = COMMENT_BUDGET): string {
  const head = `**${driftVerdict(drift)}.**\n`;
  const foot = fitFirst(
    notes(drift).map((line) => `- ${line}`),
    budget * 0.4,
  );
  const left = foot.omitted > 0 ? [`- ${count(foot.omitted, 'more note')}: see the log`] : [];
  const tail = foot.taken.length === 0 ? '' : `${[...foot.taken, ...left].join('\n')}\n`;
  const blocks = [...byHost(drift.findings)].map(([host, findings]) => hostBlock(host, findings));
  const { taken, omitted } = fitFirst(blocks, budget - size(head) - size(tail) - 200);
  const more = omitted > 0 ? [`${count(omitted, 'more host')}: see the log.\n`] : [];
  return [head, ...taken, ...more, ...(tail === '' ? [] : [tail])].join('\n');
}

function hostBlock(host: string, findings: readonly DriftFinding[]): string {
  const rows = findings.map(({ code: kind, subject, expected, observed, since, culprit, mend }) => [
    `${code(subject)}<br>${DRIFT_CODES[kind].title} (${code(kind)})`,
    prose(expected, MAX_CELL),
    prose(observed, MAX_CELL),
    since === undefined ? '' : moment(since),
    culprit === undefined ? '' : prose(culprit, MAX_CELL),
    prose(mend, MAX_CELL),
  ]);
  const head = ['what', 'expected', 'observed', 'since', 'likely', 'to do'];
  return [`**${code(host)}**`, '', ...markdownTable(head, rows), ''].join('\n');
}

function notes(drift: Drift): readonly string[] {
  const { unreachable, underway, ignored, mended } = drift;
  const pending = pendingWords(drift, (host) => code(host));
  return [
    ...[...unreachable].map(
      ([host, { cause, code: kind }]) =>
        `${code(host)} could not be reached: ${prose(cause, MAX_CELL)} (${code(kind)})`,
    ),
    ...[...underway.keys()].map((host) => `${code(host)} was left out: a deployment is under way there`),
    ...(pending === undefined ? [] : [pending]),
    ...ignored.map(
      ({ finding, reason, until }) =>
        `ignored until ${prose(until, MAX_CELL)}: ${code(finding.host)} ${code(finding.subject)} (${code(finding.code)}): ${prose(reason, MAX_CELL)}`,
    ),
    ...mended
      .slice(0, MAX_NOTES)
      .map(
        ({ host, at, what, times }) =>
          `${code(host)} mended by itself, ${times === 1 ? '' : `${times} times, last `}${moment(at)}: ${code(what, MAX_CELL)}`,
      ),
  ];
}
