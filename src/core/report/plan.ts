import type { Plan } from '../model/plan.ts';
import { acceptCommand, dangerPlace } from './danger.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';
import { diffHosts, type HostDiff } from './plan-diff.ts';
import { interruptions, lineCounts, planVerdict, reachWords } from './plan-words.ts';
import { gapLines, reachLines } from './reach.ts';
import { alignColumns } from './table.ts';
import { count } from './words.ts';

const MAX_LINES = 20;

/** What happens to which host, then the difference in every file. */
export function planText(plan: Plan, paint: Paint = PLAIN): string {
  const hosts = diffHosts(plan);
  const reasons = interruptions(plan).map(
    ({ host, interruption }) =>
      `  ${paint.yellow(visible(host, MAX_NAME))}: ${visible(interruption.message)}`,
  );
  const parts = [
    [
      paint.bold(`${visible(plan.name, MAX_NAME)}: ${planVerdict(plan)}`),
      paint.dim(`plan ${visible(plan.digest, MAX_NAME)}`),
    ],
    hosts.length > 0 ? summary(hosts, paint) : [],
    dangers(plan, paint),
    reach(plan, paint),
    gaps(plan, paint),
    reasons.length > 0 ? ['interrupted:', ...reasons] : [],
    ...hosts.flatMap(({ files }) => files.map((file) => file.lines.map((line) => paintLine(line, paint)))),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function dangers(plan: Plan, paint: Paint): readonly string[] {
  if (plan.dangers.length === 0) return [];
  return [
    'dangerous:',
    ...plan.dangers.map(
      (danger) => `  ${visible(dangerPlace(danger))}: ${paint.red(danger.code)}: ${visible(danger.message)}`,
    ),
    `who accepts all of it deploys with: ${visible(acceptCommand(plan))}`,
  ];
}

function reach(plan: Plan, paint: Paint): readonly string[] {
  if (!plan.foresight || reachWords(plan) === '') return [];
  const lines = reachLines(plan.foresight.reach, shown);
  const more = lines.length - MAX_LINES;
  return [
    paint.bold(`reach: ${reachWords(plan)}`),
    ...lines.slice(0, MAX_LINES).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${count(more, 'more line')}`] : []),
  ];
}

function gaps({ foresight }: Plan, paint: Paint): readonly string[] {
  const lines = gapLines(foresight?.gaps ?? [], shown);
  return lines.length === 0
    ? []
    : [paint.yellow('not there for a moment:'), ...lines.map((line) => `  ${line}`)];
}

const shown = { name: (text: string) => visible(text, MAX_NAME), sentence: (text: string) => visible(text) };

function summary(hosts: readonly HostDiff[], paint: Paint): readonly string[] {
  const rows = hosts.map((host) => [
    visible(host.plan.host, MAX_NAME),
    host.plan.status,
    lineCounts(host),
    host.plan.interruptions.length > 0 ? 'yes' : 'no',
  ]);
  return alignColumns([['host', 'status', 'lines', 'interrupts'], ...rows], (cell, column, row) => {
    if (row === 0) return paint.dim(cell);
    return column === 3 && cell === 'yes' ? paint.yellow(cell) : cell;
  });
}

function paintLine(line: string, paint: Paint): string {
  if (/^(?:---|\+\+\+|old mode|new mode) /.test(line)) return paint.bold(line);
  if (line.startsWith('@@')) return paint.cyan(line);
  if (line.startsWith('+')) return paint.green(line);
  return line.startsWith('-') ? paint.red(line) : line;
}
