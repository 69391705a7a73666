import type { GitHubEvent } from './events.ts';
import { type Contexts, filled } from './expression.ts';
import type { GitHub } from './github.ts';
import { type Ran, runStep, type Step } from './runner.ts';
import type { Permissions } from './tokens.ts';
import { ourAction, readWorkflow } from './workflows/files.ts';

export interface Started extends Pick<Step, 'env' | 'node' | 'within' | 'runId' | 'cancelAt'> {
  readonly github: GitHub;
  /** One of `examples/workflows`, without its ending. */
  readonly workflow: string;
  readonly job: string;
  readonly event: GitHubEvent;
  /** `secrets`, `needs` and whatever else the job's expressions name. */
  readonly contexts?: Contexts;
  /** Inputs beside those that the workflow gives. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** Runs the one step of a job as users have it: with its permissions, and its expressions filled in. */
export function runJob({ workflow, job: name, contexts = {}, inputs = {}, ...rest }: Started): Promise<Ran> {
  const job = readWorkflow(`examples/workflows/${workflow}.yml`).jobs[name];
  const [step] = job?.steps ?? [];
  const action = ourAction(step?.uses);
  if (!job || !step || action === undefined) throw new Error(`${workflow} has no job ${name} of ours`);
  const given = Object.entries(step.with ?? {}).map(
    ([input, value]) => [input, filled(value, contexts)] as const,
  );
  return runStep({
    ...rest,
    action,
    permissions: job.permissions as Permissions,
    inputs: { ...Object.fromEntries(given), ...inputs },
  });
}
