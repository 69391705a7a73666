import * as core from '@actions/core';
import { commandOf, type Command } from '../../app/github/command.ts';
import { defaultBranch, readEvent, type Event } from '../../app/github/event.ts';
import type { Ended } from '../../app/github/ports.ts';
import { FaultError } from '../../core/model/fault.ts';
import { faultLines } from '../../core/report/deployment.ts';
import { visible } from '../../core/report/escape.ts';
import { inert } from './inert.ts';
import { readInputs, type Inputs } from './inputs.ts';
import { setOutputs } from './outputs.ts';

/** What a command needs besides its ports. */
export interface Job {
  readonly inputs: Inputs;
  readonly event: Event;
  readonly defaultBranch: string;
}

export type Commands = Readonly<Record<Command, (job: Job) => Promise<Ended>>>;

interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** The event's payload, as GitHub sent it. */
  readonly payload: () => Promise<unknown>;
}

/** Runs the command that the inputs or the event name; resolves to the exit code. Whatever goes wrong ends in words. */
export async function runAction(commands: Commands, { env, payload }: Surroundings): Promise<number> {
  try {
    const inputs = readInputs(env);
    const raw = { name: env.GITHUB_EVENT_NAME ?? '', payload: await payload() };
    const event = readEvent(raw);
    const branch = defaultBranch(raw);
    const command = commandOf(inputs.command, event, branch);
    const ended = await commands[command]({ inputs, event, defaultBranch: branch });
    setOutputs(command, ended.outputs);
    core.info(inert(`${command}: ${visible(ended.message)}`));
    if (ended.isFailure) core.error(visible(ended.message), { title: `kuiil ${command}` });
    return ended.isFailure ? 1 : 0;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    core.info(inert(faultLines(error.fault).join('\n')));
    core.error(visible(`${error.fault.step}: ${error.fault.cause}`), { title: 'kuiil' });
    core.setOutput('outcome', 'failed');
    return 1;
  }
}
