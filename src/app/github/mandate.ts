import type { Plan } from '../../core/model/plan.ts';
import type { Topology } from '../../core/model/topology.ts';
import { planAgainstPlan } from '../../core/report/plan-against-plan.ts';
import type { Locate } from '../dangers.ts';
import { plan } from '../plan.ts';
import { acceptances, type Judged } from './acceptances.ts';
import { confirmedRelease } from './confirmed-release.ts';
import type { DeployMergedPorts, DeployMergedRequest } from './deploy-request.ts';
import { historyOf } from './history.ts';
import { originOf } from './origin.ts';
import { reviewedPlan } from './reviewed.ts';

/** What is to be done, and who agreed to it: from the hosts, git, and what writers wrote in comments of their own. Nothing else counts. */
export interface Mandate extends Judged {
  /** The release that the hub remembers; undefined where nothing was deployed, or the hub cannot be asked. */
  readonly from: string | undefined;
  /** What the hosts are on, as git has it. */
  readonly base: Topology | undefined;
  /** The commit that has it, where it renders what the hosts hold. */
  readonly held: string | undefined;
  /** The plan from there, where the hosts are on what git has. */
  readonly expected: Plan | undefined;
  /** The pull requests that are deployed. */
  readonly pulls: readonly number[];
  /** Commits that came without one. */
  readonly direct: readonly string[];
  /** Markdown about what differs from the reviewed plan; empty where nothing does. */
  readonly difference: string;
}

interface Question {
  readonly request: DeployMergedRequest;
  readonly file: string;
  readonly commit: string;
  readonly before: string | undefined;
  readonly topology: Topology;
  readonly locate: Locate;
}

/**
 * Asks the hub where the fleet is, git how it came from there to here, and the pull requests who agreed. The deployment judges once
 * more, by what all hosts hold: an acceptance is for one plan, and counts for no other.
 */
export async function mandateOf(question: Question, ports: DeployMergedPorts): Promise<Mandate> {
  const { request, file, commit, before, topology, locate } = question;
  const from = await confirmedRelease(topology, ports.connect);
  const history = await historyOf({ file, commit, before, from }, ports.contents);
  const origin = await originOf(history.commits, request.defaultBranch, ports.pullRequests);
  const pulls = origin.pulls.map(({ number }) => number);
  const { base, held } = history;
  const step = base && plan(base, topology, locate);
  const expected = step?.from === from ? step : undefined;
  const isHarmless = expected?.dangers.length === 0;
  const judged = isHarmless ? { accept: [], passedOver: [] } : await acceptances(pulls, ports);
  const difference = expected ? await differenceFrom(file, pulls, expected, ports) : '';
  return { ...judged, from, base, held, expected, pulls, direct: origin.direct, difference };
}

/** What differs from the plan that the last pull request showed, and which others are deployed with it. */
async function differenceFrom(
  file: string,
  pulls: readonly number[],
  deployed: Plan,
  ports: DeployMergedPorts,
): Promise<string> {
  const last = pulls.at(-1);
  if (last === undefined) return '';
  const reviewed = await reviewedPlan({ pullRequest: last, file }, ports);
  const together = `Deployed together: ${pulls.map((number) => `#${number}`).join(', ')}.\n`;
  const pair = reviewed
    ? planAgainstPlan({
        pullRequest: last,
        shown: reviewed.digest,
        ...(reviewed.plan ? { reviewed: reviewed.plan } : {}),
        deployed,
      })
    : `No plan was shown on #${last}.\n`;
  return [...(pulls.length > 1 ? [together] : []), ...(pair === '' ? [] : [pair])].join('\n');
}
