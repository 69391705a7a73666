import { diagnosticsAnnotations } from '../../core/report/diagnostics-annotations.ts';
import { diagnosticsMarkdown } from '../../core/report/diagnostics-markdown.ts';
import { diagnosticsText } from '../../core/report/diagnostics.ts';
import { code, prose } from '../../core/report/escape-markdown.ts';
import type { Examined } from '../check.ts';
import { commonGround } from '../ground.ts';
import type { Event } from './event.ts';
import { githubFault } from './fault.ts';
import type { Pattern } from './patterns.ts';
import type { Contents, Ended, Step } from './ports.ts';
import { rehearsalRemarks } from './rehearsal-remarks.ts';
import { selectTopologies } from './select.ts';
import { contentOf, readSource } from './source.ts';

/** What is rehearsed: a topology as it was written, and the one before it where the step from there is rehearsed as well. */
export interface Script {
  readonly topology: string;
  readonly base?: string;
  readonly sample: number;
}

/** What came of it, as our own command line tells it. */
export interface Performance {
  /** Its report; undefined where it made none. */
  readonly markdown: string | undefined;
  /** Its JSON document; undefined where it printed none. */
  readonly document: unknown;
  /** Whether everything that was declared is reached. */
  readonly isComplete: boolean;
  /** The last that it said besides. */
  readonly lastWords: string;
}

/** A rehearsal by our own command line, on the machine that this job runs on. */
export interface Rehearser {
  rehearse(script: Script): Promise<Performance>;
}

export interface RehearseRequest {
  readonly event: Event;
  readonly patterns: readonly Pattern[];
  /** The commit that the run is about: of a pull request, its test merge. */
  readonly commit: string;
  readonly sample: number;
  /** The pull request that a run which was started by hand is about. */
  readonly pullRequest?: number | undefined;
}

export interface RehearsePorts {
  readonly contents: Contents;
  readonly rehearser: Rehearser;
  readonly step: Step;
}

/** `failed`: nothing was rehearsed, so that nobody knows. The worst first. */
const OUTCOMES = ['invalid', 'failed', 'not-reached', 'reached'] as const;
type Outcome = (typeof OUTCOMES)[number];

interface Rehearsed {
  readonly outcome: Outcome;
  /** One sentence without a full stop. */
  readonly words: string;
  readonly text: string;
}

/** Brings up what a pull request changes, each topology on its own; without one, every topology of the commit. */
export async function rehearseChange(given: RehearseRequest, ports: RehearsePorts): Promise<Ended> {
  const { step } = ports;
  const { pullRequest } = given;
  const isChange = given.event.kind === 'pull-request' || pullRequest !== undefined;
  const request =
    pullRequest === undefined ? given : { ...given, commit: await mergeOf(pullRequest, ports.contents) };
  const base = isChange ? (await ports.contents.parents(request.commit))[0] : undefined;
  const files = await changed(request, base, ports.contents);
  const done: Rehearsed[] = [];
  for (const file of files) {
    const one = await rehearseFile(request, { file, base }, ports);
    await step.summary(one.text);
    done.push(one);
  }
  if (done.length === 0) await step.summary('**No topology changes**: there is nothing to rehearse.\n');
  const report = await step.keep('rehearse.md', done.map(({ text }) => text).join('\n'));
  const worst = OUTCOMES.find((each) => done.some(({ outcome }) => outcome === each));
  return {
    isFailure: worst !== undefined && worst !== 'reached',
    message:
      worst === undefined
        ? 'no topology changes, so nothing was rehearsed'
        : done.find(({ outcome }) => outcome === worst)!.words,
    outputs: {
      valid: worst !== 'invalid',
      ...reachableOf(done),
      outcome: worst ?? 'unchanged',
      report,
    },
  };
}

/** The test merge, as whoever asked for the pull request last let GitHub make it: this job may not even read pull requests. */
async function mergeOf(pullRequest: number, contents: Contents): Promise<string> {
  const [merge, head] = await Promise.all(
    ['merge', 'head'].map((name) => contents.reference(`pull/${pullRequest}/${name}`)),
  );
  const [, merged] = merge === undefined ? [] : await contents.parents(merge);
  if (merge !== undefined && merged === head) return merge;
  throw githubFault({
    code: 'github/request',
    step: 'find the test merge',
    cause: `GitHub has no merge of the newest commit of #${pullRequest} into its base`,
    hint: 'resolve its conflicts, or ask again in a minute',
  });
}

/** Absent where that is not known. */
function reachableOf(done: readonly Rehearsed[]): { readonly reachable?: boolean } {
  if (done.some(({ outcome }) => outcome === 'not-reached')) return { reachable: false };
  return done.length > 0 && done.every(({ outcome }) => outcome === 'reached') ? { reachable: true } : {};
}

interface Subject {
  readonly file: string;
  /** The commit that is left. */
  readonly base: string | undefined;
}

async function rehearseFile(
  { commit, sample }: RehearseRequest,
  { file, base }: Subject,
  { contents, rehearser, step }: RehearsePorts,
): Promise<Rehearsed> {
  const { examined, text } = (await readSource(contents, commit, file))!;
  const { value } = examined;
  if (!value) return invalid(file, examined, step);
  const before = base === undefined ? undefined : await readSource(contents, base, file);
  const from = before?.examined.value;
  const clashes = from ? commonGround(from, value).clashes : [];
  const isStep = before !== undefined && from !== undefined && clashes.length === 0;
  step.log(`rehearsing ${file}${isStep ? ', from what the branch has' : ''}`);
  for (const clash of clashes) step.log(`not the step from what the branch has: ${clash}`);
  const script = { topology: text, ...(isStep ? { base: before.text } : {}), sample };
  const shown = await rehearser.rehearse(script);
  const { annotations, words } = rehearsalRemarks(shown.document, value, examined.locate);
  if (!shown.isComplete && annotations !== '') step.annotate(annotations);
  const failed = `nothing was rehearsed: ${shown.lastWords}`;
  const markdown = shown.markdown ?? `**${prose(failed)}**\n`;
  const told = `${titleOf(file)}\n${markdown}\n`;
  if (shown.isComplete)
    return { outcome: 'reached', words: 'everything that was declared is reached', text: told };
  if (!wasProbed(shown.document)) return { outcome: 'failed', words: words ?? failed, text: told };
  return {
    outcome: 'not-reached',
    words: words ?? 'not everything that was declared is reached',
    text: told,
  };
}

/** Whether the twin stood: only then does its document say what was deployed. */
function wasProbed(document: unknown): boolean {
  return (
    typeof document === 'object' &&
    document !== null &&
    'deployment' in document &&
    !('interrupted' in document)
  );
}

function invalid(file: string, { diagnostics }: Examined, step: Step): Rehearsed {
  step.log(diagnosticsText(diagnostics));
  // This job may not write a check: the annotations of the step are the lines that a reader is shown.
  step.annotate(diagnosticsAnnotations(diagnostics));
  return {
    outcome: 'invalid',
    words: 'the topology is not valid',
    text: `${titleOf(file)}\n${diagnosticsMarkdown(diagnostics)}`,
  };
}

function titleOf(file: string): string {
  return `### Kuiil: ${code(file)}\n`;
}

async function changed(
  { patterns, commit }: RehearseRequest,
  base: string | undefined,
  contents: Contents,
): Promise<readonly string[]> {
  const files = await selectTopologies(contents, commit, patterns);
  if (base === undefined) return files;
  const isChanged = await Promise.all(
    files.map(
      async (file) => (await contentOf(contents, base, file)) !== (await contentOf(contents, commit, file)),
    ),
  );
  return files.filter((_, i) => isChanged[i]);
}
