import { diagnosticsText } from '../../core/report/diagnostics.ts';
import { code } from '../../core/report/escape-markdown.ts';
import { commonGround } from '../ground.ts';
import type { Event } from './event.ts';
import type { Pattern } from './patterns.ts';
import type { Contents, Ended, Step } from './ports.ts';
import { selectTopologies } from './select.ts';
import { contentOf, readSource } from './source.ts';

/** What is rehearsed: a topology as it was written, and the one before it where the step from there is rehearsed as well. */
export interface Script {
  readonly topology: string;
  readonly base?: string;
  readonly sample: number;
}

/** A rehearsal by our own command line, on the machine that this job runs on. */
export interface Rehearser {
  /** Answers its report in Markdown; `isComplete` when everything that was declared is reached. */
  rehearse(script: Script): Promise<{ readonly markdown: string; readonly isComplete: boolean }>;
}

export interface RehearseRequest {
  readonly event: Event;
  readonly patterns: readonly Pattern[];
  /** The commit that the run is about: of a pull request, its test merge. */
  readonly commit: string;
  readonly sample: number;
}

export interface RehearsePorts {
  readonly contents: Contents;
  readonly rehearser: Rehearser;
  readonly step: Step;
}

type Outcome = 'invalid' | 'not-reached' | 'reached' | 'unchanged';

/** Brings up what a pull request changes, each topology on its own; without one, every topology of the commit. */
export async function rehearseChange(request: RehearseRequest, ports: RehearsePorts): Promise<Ended> {
  const { step } = ports;
  const base =
    request.event.kind === 'pull-request' ? (await ports.contents.parents(request.commit))[0] : undefined;
  const files = await changed(request, base, ports.contents);
  const done: { readonly outcome: Outcome; readonly text: string }[] = [];
  for (const file of files) {
    const one = await rehearseFile(request, { file, base }, ports);
    await step.summary(one.text);
    done.push(one);
  }
  if (files.length === 0) await step.summary('**No topology changes**: there is nothing to rehearse.\n');
  const report = await step.keep('rehearse.md', done.map(({ text }) => text).join('\n'));
  const outcome =
    (['invalid', 'not-reached', 'reached'] as const).find((each) =>
      done.some((one) => one.outcome === each),
    ) ?? 'unchanged';
  return {
    isFailure: outcome === 'invalid' || outcome === 'not-reached',
    message: WORDS[outcome],
    outputs: {
      valid: outcome !== 'invalid',
      ...(done.length > 0 ? { reachable: outcome === 'reached' } : {}),
      outcome,
      report,
    },
  };
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
): Promise<{ readonly outcome: Outcome; readonly text: string }> {
  const title = `### Kuiil: ${code(file)}\n`;
  const head = (await readSource(contents, commit, file))!;
  const { value, diagnostics } = head.examined;
  if (!value) {
    step.log(diagnosticsText(diagnostics));
    return { outcome: 'invalid', text: `${title}\n**It is not valid**: the log says what is wrong.\n` };
  }
  const before = base === undefined ? undefined : await readSource(contents, base, file);
  const from = before?.examined.value;
  const clashes = from ? commonGround(from, value).clashes : [];
  const isStep = before !== undefined && from !== undefined && clashes.length === 0;
  step.log(`rehearsing ${file}${isStep ? ', from what the branch has' : ''}`);
  for (const clash of clashes) step.log(`not the step from what the branch has: ${clash}`);
  const script = { topology: head.text, ...(isStep ? { base: before.text } : {}), sample };
  const { markdown, isComplete } = await rehearser.rehearse(script);
  return { outcome: isComplete ? 'reached' : 'not-reached', text: `${title}\n${markdown}\n` };
}

const WORDS = {
  reached: 'everything that was declared is reached',
  'not-reached': 'not everything that was declared is reached',
  invalid: 'the topology is not valid',
  unchanged: 'no topology changes, so nothing was rehearsed',
};

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
