import { code } from '../../core/report/escape-markdown.ts';
import type { Clock } from '../ports.ts';
import type { Event } from './event.ts';
import { keepFailure } from './failure-issue.ts';
import { originOf } from './origin.ts';
import { planPullRequest } from './plan-pull-request.ts';
import type {
  Check,
  Checks,
  Comments,
  Contents,
  Ended,
  Issues,
  Proposals,
  PullRequests,
  RunLink,
  Step,
  Written,
} from './ports.ts';
import { readRecord, type Record, type TopologyRecord } from './record.ts';
import { isOurs, marker, stick } from './sticky.ts';

export interface ReportRequest {
  readonly event: Event;
  readonly defaultBranch: string;
  /** The output `record` of the deploy job; empty when it ended without one. */
  readonly record: string;
  /** How GitHub says that the deploy job ended. */
  readonly deployResult: string;
  readonly run: RunLink;
}

export interface ReportPorts {
  readonly pullRequests: PullRequests;
  readonly comments: Comments;
  readonly checks: Checks;
  readonly issues: Issues;
  readonly contents: Contents;
  readonly proposals: Proposals;
  readonly step: Step;
  readonly clock: Clock;
}

const COMMENT_BYTES = 65_000;

/** Tells the pull requests what a deployment did. It holds no key, and decides nothing. */
export async function reportDeployment(request: ReportRequest, ports: ReportPorts): Promise<Ended> {
  const said = readRecord(request.record);
  const record = said ?? (await unsaid(request, ports.pullRequests));
  const { topologies } = record ?? { topologies: [] };
  if (!record || topologies.length === 0) {
    return { isFailure: false, message: 'there is nothing to tell', outputs: { outcome: 'nothing' } };
  }
  for (const each of topologies) await ports.step.summary(each.text);
  const report = await ports.step.keep('report.md', topologies.map(({ text }) => text).join('\n'));
  const written = await ports.checks.create(checkOf(record));
  if (!written) {
    const message = 'this job may not write: give it checks, issues and pull-requests: write';
    return { isFailure: true, message, outputs: { outcome: 'failed', report } };
  }
  let told = 0;
  for (const each of topologies) {
    for (const pullRequest of each.pulls) {
      await tell(request, ports, { topology: each, pullRequest, app: written.app });
      told++;
    }
  }
  // A job that was cut off has told its pull requests: nobody knows which network an issue would be about.
  if (said) for (const each of topologies) await keep(each, written, request, ports);
  return {
    isFailure: false,
    message: `${told} ${told === 1 ? 'pull request was' : 'pull requests were'} told`,
    outputs: { outcome: 'told', report },
  };
}

/** What GitHub does not start workflows for is planned here: a pull request that a workflow opened. */
async function keep(
  topology: TopologyRecord,
  writer: Written,
  request: ReportRequest,
  ports: ReportPorts,
): Promise<void> {
  const proposed = await keepFailure(topology, writer, request, ports);
  if (!proposed) return;
  const { number, head, link } = proposed;
  ports.step.log(`${topology.file}: ${link} makes git agree with the hosts`);
  if (number === undefined) return;
  const event = { kind: 'pull-request', number, head } as const;
  const patterns = [topology.file.split('/')];
  const planned = await planPullRequest({ event, patterns, comment: true, run: request.run }, ports);
  ports.step.log(`its plan: ${planned.message}`);
}

function checkOf({ commit, topologies }: Record): Check {
  const hasFailed = topologies.some(({ outcome }) => !isDone(outcome));
  return {
    name: 'Kuiil deploy',
    commit,
    conclusion: hasFailed ? 'failure' : 'success',
    title: topologies
      .map(({ file, outcome }) => `${file}: ${outcome}`)
      .join(', ')
      .slice(0, 250),
    summary: topologies.map(({ text }) => text).join('\n'),
    annotations: [],
  };
}

function isDone(outcome: TopologyRecord['outcome']): boolean {
  return outcome === 'confirmed' || outcome === 'unchanged';
}

interface Telling {
  readonly topology: TopologyRecord;
  readonly pullRequest: number;
  readonly app: number;
}

/** A comment a run, so that people are notified; the plan's comment is frozen once its plan is carried out. */
async function tell(
  { run }: ReportRequest,
  ports: ReportPorts,
  { topology, pullRequest, app }: Telling,
): Promise<void> {
  const { comments, clock } = ports;
  const { file, outcome, text } = topology;
  const mark = marker('deployed', `${file} ${run}`);
  const link = `<sub><a href="${encodeURI(run)}">This run</a> has the whole.</sub>`;
  const body = `${mark} -->\n${text}\n${link}\n`;
  await stick({ pullRequest, marker: mark, body, app, isNews: true }, comments, clock);
  if (isDone(outcome)) await freeze({ file, pullRequest, app, run }, comments);
}

/** Takes the plan's comment out of the reach of later plans, and says so in it. */
async function freeze(
  {
    file,
    pullRequest,
    app,
    run,
  }: { readonly file: string; readonly pullRequest: number; readonly app: number; readonly run: string },
  comments: Comments,
): Promise<void> {
  const mark = marker('plan', file);
  const plan = (await comments.comments(pullRequest)).find((each) => isOurs(each, { app, marker: mark }));
  if (!plan) return;
  const [first = '', ...rest] = plan.body.split('\n');
  const head = first.replace(mark, marker('frozen', file));
  const note = `_Deployed by <a href="${encodeURI(run)}">this run</a>; this comment changes no more._\n`;
  const body = [head, note, ...rest].join('\n');
  if (body.length <= COMMENT_BYTES) await comments.edit(plan.id, body);
}

/** A deploy job that was cut off says nothing: then the pull requests of the commit are told just that. */
async function unsaid(
  { event, defaultBranch, deployResult }: ReportRequest,
  pullRequests: PullRequests,
): Promise<Record | undefined> {
  if (event.kind !== 'push' || deployResult === 'success' || deployResult === 'skipped') return undefined;
  const { pulls } = await originOf([event.after], defaultBranch, pullRequests);
  const text = [
    `**The deployment job ended (${code(deployResult || 'unknown')}) without a word about the hosts.**\n`,
    'Each host is on its earlier release or on the new one, never between: what was not confirmed goes back by itself when its confirm timeout ends. `kuiil status` says what each runs, and running the deployment again is safe.\n',
  ].join('\n');
  return {
    kuiil: 1,
    kind: 'record',
    commit: event.after,
    topologies: [
      { file: 'the topology', outcome: 'incomplete', pulls: pulls.map(({ number }) => number), text },
    ],
  };
}
