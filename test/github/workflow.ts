import type { GitHubEvent } from './events.ts';
import { type Contexts, filled, holds } from './expression.ts';
import { runJob, type Started } from './job.ts';
import type { Ran } from './runner.ts';
import { type Job, readWorkflow, type Workflow } from './workflows/files.ts';

export interface Run extends Omit<Started, 'job' | 'contexts' | 'inputs'> {
  readonly secrets?: Readonly<Record<string, string>>;
  /** Inputs beside those that the workflow gives to the job that holds a key. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** Runs a workflow as GitHub does: the jobs that an event starts, what each needs before it, and what that hands on. Answers those that ran. */
export async function runWorkflow(run: Run): Promise<ReadonlyMap<string, Ran>> {
  const { workflow: name, event, secrets = {}, within, inputs, ...shared } = run;
  const workflow = readWorkflow(`examples/workflows/${name}.yml`);
  const ran = new Map<string, Ran>();
  const needs: Record<string, { readonly result: string; readonly outputs: object }> = {};
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const needed = [job.needs ?? []].flat();
    const unknown = needed.find((each) => !(each in needs));
    if (unknown !== undefined) throw new Error(`${name}: ${id} stands before ${unknown}, which it needs`);
    const contexts: Contexts = {
      github: { event_name: event.name, ref: event.ref, event: event.payload },
      inputs: inputsOf(workflow, event),
      needs: Object.fromEntries(needed.map((each) => [each, needs[each]!])),
      secrets,
    };
    const wentWell = needed.every((each) => needs[each]!.result === 'success');
    if (!holds(job.if, contexts, wentWell)) {
      needs[id] = { result: 'skipped', outputs: {} };
      continue;
    }
    const withKey = job.environment === undefined ? {} : { ...(within ? { within } : {}), inputs };
    const done = await runJob({ ...shared, ...withKey, workflow: name, job: id, event, contexts });
    ran.set(id, done);
    needs[id] = { result: done.code === 0 ? 'success' : 'failure', outputs: outputsOf(job, done) };
  }
  return ran;
}

interface Input {
  readonly type?: string;
  readonly default?: string | boolean;
}

/** What somebody typed into the form, and where they typed nothing, what stands there. */
function inputsOf({ on }: Workflow, { name, payload }: GitHubEvent): object {
  if (name !== 'workflow_dispatch') return {};
  const { inputs = {} } = (on.workflow_dispatch ?? {}) as { inputs?: Readonly<Record<string, Input>> };
  const typed = (payload.inputs ?? {}) as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(typed).find((each) => !(each in inputs));
  if (unknown !== undefined) throw new Error(`the workflow has no input ${unknown}`);
  const value = (each: string, { type, default: otherwise }: Input) =>
    typed[each] ?? otherwise ?? (type === 'boolean' ? false : '');
  return Object.fromEntries(Object.entries(inputs).map(([each, input]) => [each, value(each, input)]));
}

function outputsOf({ outputs = {}, steps = [] }: Job, { outputs: said }: Ran): object {
  const [step] = steps;
  const contexts = { steps: step?.id === undefined ? {} : { [step.id]: { outputs: said } } };
  return Object.fromEntries(Object.entries(outputs).map(([key, text]) => [key, filled(text, contexts)]));
}
