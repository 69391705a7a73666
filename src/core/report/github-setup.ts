import { isReady, type SetupFinding, type SetupOutcome } from '../model/github-setup.ts';
import type { Document } from './document.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';

const MAX_LINE = 400;

/** What was done to a repository, and what is left: the worst first, each with what to do about it. */
export function githubSetupText(outcome: SetupOutcome, paint: Paint = PLAIN): string {
  const { done, failed, findings } = outcome;
  const line = (text: string) => visible(text, MAX_LINE);
  return [
    firstLine(outcome, paint),
    ...done.map((what) => `  ${paint.green('done')}    ${line(what)}`),
    ...failed.map(({ what, cause }) => `  ${paint.red('refused')} ${line(what)}: ${line(cause)}`),
    ...findings.flatMap((finding) => [
      `  ${weightOf(finding, paint)} ${line(finding.what)}  [${finding.code}]`,
      ...(finding.byHand === undefined ? [] : [`          by hand: ${line(finding.byHand)}`]),
    ]),
    ...(outcome.isCheck && !isReady(outcome) ? ['', 'kuiil github setup mends what is not by hand.'] : []),
    '',
  ].join('\n');
}

function firstLine(outcome: SetupOutcome, paint: Paint): string {
  const name = visible(outcome.repository, MAX_NAME);
  if (isReady(outcome)) return `${paint.green('ready')}: workflows in ${name} can deploy, and only they can.`;
  const count = (weight: SetupFinding['weight']) =>
    outcome.findings.filter((finding) => finding.weight === weight).length;
  return `${paint.yellow('not ready')}: in ${name} ${count('unsafe')} unsafe, ${count('missing')} missing.`;
}

function weightOf({ weight }: SetupFinding, paint: Paint): string {
  const word = weight.padEnd(7);
  return weight === 'unsafe' ? paint.red(word) : weight === 'missing' ? paint.yellow(word) : paint.dim(word);
}

export function githubSetupJson(outcome: SetupOutcome): Document {
  const { repository, branch, isCheck, done, failed, findings } = outcome;
  return {
    kuiil: 1,
    kind: 'github',
    repository,
    branch,
    check: isCheck,
    ready: isReady(outcome),
    done,
    failed,
    findings: findings.map(({ code, weight, what, byHand = null }) => ({ code, weight, what, byHand })),
  };
}
