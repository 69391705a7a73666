import type { Planned } from '../../core/report/pull-request.ts';
import { plannedMarkdown, plannedTitle, provenance } from '../../core/report/pull-request.ts';
import { compareText } from '../../core/model/name.ts';
import { diagnosticsAnnotations } from '../../core/report/diagnostics-annotations.ts';
import { diagnosticsText } from '../../core/report/diagnostics.ts';
import type { Clock } from '../ports.ts';
import { annotations } from './annotations.ts';
import type { Event } from './event.ts';
import { githubFault } from './fault.ts';
import { isLiteral, type Pattern } from './patterns.ts';
import { planFile } from './planned.ts';
import { planOutputs } from './plan-outputs.ts';
import type { Checks, Comments, Contents, Ended, PullRequests, RunLink, Step } from './ports.ts';
import { selectTopologies } from './select.ts';
import { marker, pointerLine, stick } from './sticky.ts';
import { testMerge } from './test-merge.ts';

export interface PlanRequest {
  readonly event: Event;
  readonly patterns: readonly Pattern[];
  readonly comment: boolean;
  readonly run: RunLink;
}

export interface PlanPorts {
  readonly contents: Contents;
  readonly pullRequests: PullRequests;
  readonly comments: Comments;
  readonly checks: Checks;
  readonly step: Step;
  readonly clock: Clock;
}

/** What the summary of a step takes is 1 MiB for everything that the step says. */
const SUMMARY_BUDGET = 1_000_000;
const CHECK_BUDGET = 65_000;

interface Span {
  readonly base: string;
  readonly head: string;
}

/** Plans a pull request, or a group in the merge queue: what it would make of the tip of its base. Writes to no host and dials none. */
export async function planPullRequest(request: PlanRequest, ports: PlanPorts): Promise<Ended> {
  const { event } = request;
  if (event.kind === 'merge-group') {
    return finish(request, ports, { base: event.base, head: event.head });
  }
  if (event.kind !== 'pull-request') throw noPullRequest();
  const merged = await testMerge(event.number, event.head, ports);
  switch (merged.kind) {
    case 'superseded': {
      const message = `superseded by ${merged.by.slice(0, 12)}: the run for that commit tells what it changes`;
      return { isFailure: false, message, outputs: { outcome: 'superseded' } };
    }
    case 'closed': {
      const message = 'this pull request is closed, so there is nothing to plan';
      return { isFailure: false, message, outputs: { outcome: 'closed' } };
    }
    case 'conflict': {
      const message = `this pull request conflicts with ${merged.base}: there is nothing to plan until that is resolved`;
      await ports.step.summary(
        `**This pull request conflicts with its base.** There is nothing to plan until that is resolved.\n`,
      );
      return { isFailure: true, message, outputs: { outcome: 'conflict' } };
    }
    case 'merged':
      return finish(request, ports, { base: merged.step.base, head: merged.step.merge });
  }
}

async function finish(request: PlanRequest, ports: PlanPorts, span: Span): Promise<Ended> {
  const { step } = ports;
  const files = await affected(request, ports.contents, span);
  const all: Planned[] = [];
  for (const file of files) all.push(await planFile({ file, ...span }, ports.contents));
  const found = all.flatMap((each) => ('diagnostics' in each ? each.diagnostics : []));
  if (found.length > 0) step.log(diagnosticsText(found));
  const footer = provenance({ ...span, run: request.run });
  const elsewhere = 'the summary of the run has it whole';
  const report = await step.keep(
    'plan.md',
    all.map((each) => plannedMarkdown(each, { budget: Infinity, footer })).join('\n'),
  );
  const told = all.filter(({ kind }) => kind !== 'unchanged');
  for (const each of told) {
    const budget = SUMMARY_BUDGET / told.length;
    await step.summary(
      plannedMarkdown(each, { budget, elsewhere: 'the file of the output `report` has it whole', footer }),
    );
  }
  if (told.length === 0) await step.summary('**No topology changes.**\n');
  await tell(request, ports, { span, all, footer, elsewhere });
  const isFailure = all.some(({ kind }) => kind === 'invalid');
  return {
    isFailure,
    message: plannedTitle(all),
    outputs: { ...planOutputs(all), report },
  };
}

/** The files that match on either side. One that is named, and on neither, is a slip. */
async function affected(
  { patterns }: PlanRequest,
  contents: Contents,
  { base, head }: Span,
): Promise<readonly string[]> {
  const sides = [
    await selectTopologies(contents, base, patterns),
    await selectTopologies(contents, head, patterns),
  ];
  const files = [...new Set(sides.flat())].toSorted(compareText);
  const missing = patterns.filter(isLiteral).find((parts) => !files.includes(parts.join('/')));
  if (missing || files.length === 0) throw noFile((missing ?? patterns[0]!).join('/'));
  return files;
}

interface Telling {
  readonly span: Span;
  readonly all: readonly Planned[];
  readonly footer: string;
  readonly elsewhere: string;
}

/** The check with its annotations, and a comment a topology. Where we may not write, the log has the annotations. */
async function tell(
  request: PlanRequest,
  ports: PlanPorts,
  { span, all, footer, elsewhere }: Telling,
): Promise<void> {
  const { event } = request;
  const told = all.filter(({ kind }) => kind !== 'unchanged');
  const found = told.flatMap((each) => ('diagnostics' in each ? each.diagnostics : []));
  const written = await ports.checks.create({
    name: 'Kuiil plan',
    commit: event.kind === 'pull-request' ? event.head : span.head,
    conclusion: all.some(({ kind }) => kind === 'invalid') ? 'failure' : 'success',
    title: plannedTitle(all),
    summary:
      told.length === 0
        ? '**No topology changes.**\n'
        : told
            .map((each) => plannedMarkdown(each, { budget: CHECK_BUDGET / told.length, elsewhere, footer }))
            .join('\n'),
    annotations: annotations(found),
  });
  if (!written) {
    if (found.length > 0) ports.step.annotate(diagnosticsAnnotations(found));
    ports.step.log('This job may not write to the pull request: the plan is in the summary of the run.');
    return;
  }
  if (event.kind !== 'pull-request' || !request.comment) return;
  for (const each of all) {
    const begin = each.kind === 'planned' ? pointer(each, span) : `${marker('plan', each.file)} -->`;
    await stick(
      {
        pullRequest: event.number,
        marker: marker('plan', each.file),
        body: `${begin}\n${plannedMarkdown(each, { budget: COMMENT_ROOM, elsewhere, footer })}`,
        app: written.app,
        isNews: each.kind !== 'unchanged',
      },
      ports.comments,
      ports.clock,
    );
  }
}

/** A comment's 65,536 characters without the line of its marker. */
const COMMENT_ROOM = 64_500;

function pointer({ file, plan }: Extract<Planned, { kind: 'planned' }>, { base, head }: Span): string {
  return pointerLine(file, { base, merge: head, digest: plan.digest });
}

function noPullRequest(): Error {
  return githubFault({
    code: 'github/event',
    step: 'plan',
    cause: 'a plan is made for a pull request or a merge group, and this event is neither',
    hint: 'start the workflow on pull_request_target',
  });
}

function noFile(name: string): Error {
  return githubFault({
    code: 'github/content',
    step: 'find the topology',
    cause: `there is no file \`${name}\`, neither in the branch nor in the pull request`,
    hint: 'name the topology in the input topology',
  });
}
