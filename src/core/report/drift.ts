import { DRIFT_CODES, type Drift, type DriftFinding } from '../model/drift.ts';
import { faultLines } from './deployment.ts';
import { byHost, driftVerdict, pendingWords } from './drift-words.ts';
import { moment } from './moment.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';
import { count } from './words.ts';

const MAX_MENDED = 12;

/** The verdict, then host by host what is amiss, then what is good to know and no drift. */
export function driftText(drift: Drift, paint: Paint = PLAIN): string {
  const { findings, unreachable } = drift;
  const colour = findings.length > 0 ? paint.red : unreachable.size > 0 ? paint.yellow : paint.green;
  const parts = [
    [colour(driftVerdict(drift))],
    ...[...byHost(findings)].map(([host, list]) => [
      paint.bold(visible(host, MAX_NAME)),
      ...list.flatMap((finding) => findingLines(finding, paint)),
    ]),
    ...[...unreachable.values()].map((fault) => faultLines(fault, paint)),
    notes(drift, paint),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function findingLines(finding: DriftFinding, paint: Paint): readonly string[] {
  const { code, subject, expected, observed, since, culprit, mend } = finding;
  const traces = [
    ...(since === undefined ? [] : [`since ${moment(since)}`]),
    ...(culprit === undefined ? [] : [`likely ${visible(culprit)}`]),
  ];
  return [
    `  ${paint.red(visible(subject, MAX_NAME))}: ${DRIFT_CODES[code].title} ${paint.dim(`[${code}]`)}`,
    `    expected: ${visible(expected)}`,
    `    observed: ${visible(observed)}`,
    ...(traces.length === 0 ? [] : [`    ${traces.join('; ')}`]),
    `    ${paint.cyan('hint')}: ${visible(mend)}`,
  ];
}

function notes(drift: Drift, paint: Paint): readonly string[] {
  const { ignored, mended, underway } = drift;
  const pending = pendingWords(drift, (host) => visible(host, MAX_NAME));
  const shown = mended.slice(0, MAX_MENDED);
  return [
    ...(pending === undefined ? [] : [paint.yellow(pending)]),
    ...[...underway].map(
      ([host, { transaction, owner }]) =>
        `${visible(host, MAX_NAME)}: deployment ${visible(transaction, MAX_NAME)} is under way, ${visible(owner || 'by nobody known')}`,
    ),
    ...ignored.map(
      ({ finding: { host, code, subject }, reason, until }) =>
        `ignored until ${visible(until)}: ${visible(host, MAX_NAME)} ${visible(subject, MAX_NAME)} [${code}]: ${visible(reason)}`,
    ),
    ...shown.map(
      ({ host, at, what, times }) =>
        `${visible(host, MAX_NAME)} mended by itself, ${times === 1 ? '' : `${times} times, last `}${moment(at)}: ${visible(what)}`,
    ),
    ...(mended.length > shown.length ? [`and ${count(mended.length - shown.length, 'more thing')}`] : []),
  ];
}
