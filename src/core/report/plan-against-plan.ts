import type { Plan } from '../model/plan.ts';
import { compareHosts, type HostName } from '../model/name.ts';
import { fitFirst, size } from './budget.ts';
import { code } from './escape-markdown.ts';
import { diffHosts, type HostDiff } from './plan-diff.ts';
import { lineCounts } from './plan-words.ts';
import { markdownTable } from './table.ts';
import { count } from './words.ts';

/** A plan that reviewers saw, and what is deployed now. */
export interface PlanPair {
  readonly pullRequest: number;
  /** As the comment shows it. */
  readonly shown: string;
  /** Made once more from the same commits; absent where they are gone. */
  readonly reviewed?: Plan;
  readonly deployed: Plan;
}

/** Why what is deployed is not what was reviewed, and on which hosts it differs; empty when it is the same. */
export function planAgainstPlan({ pullRequest, shown, reviewed, deployed }: PlanPair, budget = 8000): string {
  if (shown === deployed.digest) return '';
  const head = `**This is not the plan that #${pullRequest} shows.** Shown was ${code(shown)}, deployed is ${code(deployed.digest)}: ${reason({ shown, reviewed, deployed })}.\n`;
  const rows = reviewed ? differences(reviewed, deployed) : [];
  if (rows.length === 0) return head;
  const [top, rule, ...lines] = markdownTable(['host', 'reviewed', 'deployed'], rows);
  const { taken, omitted } = fitFirst(lines, budget - size(`${head}\n${top}\n${rule}\n`));
  const more = omitted > 0 ? ['', `and ${count(omitted, 'more host')}.`] : [];
  return [head, top, rule, ...taken, ...more, ''].join('\n');
}

function reason({
  shown,
  reviewed,
  deployed,
}: Omit<PlanPair, 'pullRequest' | 'reviewed'> & { readonly reviewed: Plan | undefined }): string {
  if (!reviewed) return 'the commits that it was made from are no longer there';
  const words = [
    ...(reviewed.digest === shown ? [] : ['another version of Kuiil made it']),
    ...(reviewed.from === deployed.from
      ? []
      : [`it started from ${name(reviewed.from)}, and the hosts are on ${name(deployed.from)}`]),
    ...(reviewed.to === deployed.to
      ? []
      : [`it led to ${name(reviewed.to)}, and the branch has moved to ${name(deployed.to)}`]),
  ];
  return words.length === 0 ? 'other dangers were found' : words.join('; ');
}

function name(digest: string | undefined): string {
  return digest === undefined ? 'nothing' : code(digest.slice(0, 12));
}

/** The hosts that the two treat differently. */
function differences(reviewed: Plan, deployed: Plan): readonly (readonly string[])[] {
  const [was, is] = [byHost(reviewed), byHost(deployed)];
  const names = [...new Set([...was.keys(), ...is.keys()])].toSorted(compareHosts);
  return names
    .filter((host) => lines(was.get(host)) !== lines(is.get(host)))
    .map((host) => [code(host), cell(was.get(host)), cell(is.get(host))]);
}

function byHost(plan: Plan): ReadonlyMap<HostName, HostDiff> {
  return new Map(diffHosts(plan).map((diff) => [diff.plan.host, diff]));
}

function lines(diff: HostDiff | undefined): string {
  return JSON.stringify(diff && [diff.plan.status, diff.files.map((file) => file.lines)]);
}

function cell(diff: HostDiff | undefined): string {
  return diff ? `${diff.plan.status} ${lineCounts(diff)}`.trim() : 'unchanged';
}
