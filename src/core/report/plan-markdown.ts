import type { Plan } from '../model/plan.ts';
import { COMMENT_BUDGET, fit, fitFirst, size } from './budget.ts';
import { acceptCommand, dangerPlace } from './danger.ts';
import { code, fence, htmlCode, prose } from './escape-markdown.ts';
import { diffHosts, type HostDiff } from './plan-diff.ts';
import { interruptions, lineCounts, planVerdict, reachWords } from './plan-words.ts';
import { gapLines, reachLines } from './reach.ts';
import { markdownTable } from './table.ts';
import { count } from './words.ts';

interface PlanMarkdownOptions {
  /** Bytes that the whole text may take. */
  readonly budget?: number;
  /** Where everything can be read that the budget leaves out: a sentence without a full stop. */
  readonly elsewhere?: string;
  /** How all dangers are accepted; a command line where it is left out. */
  readonly accept?: { readonly how: string; readonly text: string };
  /** More parts, in Markdown, between the table and the diffs: each whole, or left out where there is no room. */
  readonly parts?: readonly string[];
}

/** What is kept for the line that says how much was left out, and the breaks between the parts. */
const NOTES = 200;

/** A comment for a pull request: verdict, digest, table of hosts, then the diffs of as many hosts as there is room for. */
export function planMarkdown(
  plan: Plan,
  { budget = COMMENT_BUDGET, elsewhere, accept, parts = [] }: PlanMarkdownOptions = {},
): string {
  const hosts = diffHosts(plan);
  const head = [
    `**${code(plan.name)}: ${planVerdict(plan)}.**\n`,
    `Plan ${code(plan.digest)}, from ${plan.from === undefined ? 'nothing' : shortDigest(plan.from)} to ${shortDigest(plan.to)}.\n`,
  ].join('\n');
  const where = elsewhere === undefined ? '' : `: ${prose(elsewhere, 300)}`;
  const room = Math.max(0, budget - size(head) - size(where) - NOTES);
  const upper = [
    dangers(plan, accept ?? byCommand(plan), room / 4),
    reach(plan, room / 8),
    reasons(plan, room / 16),
    gaps(plan, room / 16),
    table(hosts, room / 4),
    ...fit(parts, room / 4).taken,
  ].filter((part) => part !== '');
  const left = room - upper.reduce((sum, part) => sum + size(part) + 1, 0);
  const changed = hosts.filter(({ files }) => files.length > 0);
  // No host takes more than a third: the hub's diff names every cluster, and would leave nothing to the others.
  const { taken, omitted } = fit(
    changed.map((host) => details(host, left / 3)),
    left,
  );
  const notes =
    omitted > 0
      ? [`${count(omitted, 'host')} omitted, because a comment has no room for more${where}.\n`]
      : [];
  return [head, ...upper, ...taken, ...notes].join('\n');
}

function byCommand(plan: Plan): NonNullable<PlanMarkdownOptions['accept']> {
  return { how: 'Who accepts all of it deploys with', text: acceptCommand(plan) };
}

function dangers(
  plan: Plan,
  { how, text }: NonNullable<PlanMarkdownOptions['accept']>,
  budget: number,
): string {
  if (plan.dangers.length === 0) return '';
  const rows = plan.dangers.map(
    (danger) => `- **${danger.code}**: ${prose(danger.message, 300)} (${code(dangerPlace(danger))})`,
  );
  const accept = fence(text);
  const { taken, omitted } = fitFirst(rows, budget - size(accept));
  const more = omitted > 0 ? [`- and ${count(omitted, 'more danger')}`] : [];
  return ['Dangerous:', '', ...taken, ...more, '', how, '', accept, ''].join('\n');
}

function reach(plan: Plan, budget: number): string {
  if (!plan.foresight || reachWords(plan) === '') return '';
  return bullets(
    `Reach: ${reachWords(plan)}.`,
    reachLines(plan.foresight.reach, written),
    budget,
    'more line',
  );
}

function gaps({ foresight }: Plan, budget: number): string {
  return bullets('Not there for a moment:', gapLines(foresight?.gaps ?? [], written), budget, 'more moment');
}

const written = { name: (text: string) => code(text), sentence: (text: string) => prose(text, 300) };

/** The lines are Markdown already. */
function bullets(title: string, lines: readonly string[], budget: number, noun: string): string {
  if (lines.length === 0) return '';
  const { taken, omitted } = fitFirst(
    lines.map((line) => `- ${line}`),
    budget - size(title) - 40,
  );
  const more = omitted > 0 ? [`- and ${count(omitted, noun)}`] : [];
  return [title, '', ...taken, ...more, ''].join('\n');
}

function reasons(plan: Plan, budget: number): string {
  const rows = interruptions(plan).map(
    ({ host, interruption }) => `- ${code(host)}: ${prose(interruption.message, 300)}`,
  );
  if (rows.length === 0) return '';
  const { taken, omitted } = fitFirst(rows, budget);
  const more = omitted > 0 ? [`- and ${count(omitted, 'more interruption')}`] : [];
  return ['Interrupted:', '', ...taken, ...more, ''].join('\n');
}

function table(hosts: readonly HostDiff[], budget: number): string {
  if (hosts.length === 0) return '';
  const [head, rule, ...rows] = markdownTable(['host', 'status', 'lines', 'interrupts'], hosts.map(row));
  const { taken, omitted } = fitFirst(rows, budget - size(`${head}\n${rule}\n`));
  const more = omitted > 0 ? [`\nand ${count(omitted, 'more host')}.`] : [];
  return [...(taken.length > 0 ? [head, rule, ...taken] : []), ...more, ''].join('\n');
}

function row(host: HostDiff): readonly string[] {
  const { plan } = host;
  return [code(plan.host), plan.status, lineCounts(host), plan.interruptions.length > 0 ? '**yes**' : 'no'];
}

/** The diffs of one host, cut between two lines where they are longer than `budget`; the fence is always closed. */
function details(host: HostDiff, budget: number): string {
  const lines = host.files.flatMap((file) => file.lines);
  const { taken, omitted } = fitFirst(lines, budget - 1000);
  const summary = `<summary>${htmlCode(host.plan.host)} ${host.plan.status} ${lineCounts(host)}</summary>`;
  const more = omitted > 0 ? ['', `${count(omitted, 'more line')}.`] : [];
  return ['<details>', summary, '', fence(taken, 'diff'), ...more, '', '</details>', ''].join('\n');
}

function shortDigest(digest: string): string {
  return code(digest.slice(0, 12));
}
