import * as core from '@actions/core';
import { githubFault } from '../../app/github/fault.ts';
import type { Pattern } from '../../app/github/patterns.ts';
import { parsePatterns } from '../../app/github/patterns.ts';

/** Everything that the workflow says, read once. */
export interface Inputs {
  readonly command: string;
  readonly topology: () => readonly Pattern[];
  readonly token: string;
  readonly comment: boolean;
  readonly sshKey: { readonly text: string; readonly passphrase?: string } | undefined;
  readonly environment: string;
  readonly confirmTimeoutS: number;
  readonly awaitS: number;
  readonly mayPushDirectly: boolean;
  readonly record: string;
  readonly deployResult: string;
  readonly sample: number;
  /** Of the workflow's choice, where the event is none of a pull request. */
  readonly pullRequest: number | undefined;
  /** The file of the workflow that commands start. */
  readonly workflow: string;
  readonly heal: 'off' | 'issue' | 'auto';
  readonly to: string;
  readonly reason: string;
  readonly isDryRun: boolean;
  readonly accept: readonly string[];
}

/** Reads the inputs and takes what is secret out of the environment, so that no program that we start finds it there. */
export function readInputs(env: NodeJS.ProcessEnv): Inputs {
  const inputs = {
    command: core.getInput('command') || 'auto',
    topology: () => parsePatterns(core.getInput('topology') || 'topology.yaml'),
    token: secret('github-token'),
    comment: flag('comment', true),
    sshKey: sshKey(),
    environment: core.getInput('environment') || 'kuiil',
    confirmTimeoutS: whole('confirm-timeout', 120),
    awaitS: whole('await', 20),
    mayPushDirectly: choice('direct-push', ['refuse', 'allow']) === 'allow',
    record: core.getInput('record'),
    deployResult: core.getInput('deploy-result'),
    sample: whole('sample', 3),
    pullRequest: whole('pull-request', 0) || undefined,
    workflow: core.getInput('workflow') || 'kuiil.yml',
    heal: choice('heal', ['issue', 'off', 'auto']),
    to: core.getInput('to') || 'previous',
    reason: core.getInput('reason') || 'no reason was given',
    isDryRun: flag('dry-run', false),
    accept: core
      .getInput('accept')
      .split('\n')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  };
  for (const name of ['INPUT_GITHUB-TOKEN', 'INPUT_SSH-KEY', 'INPUT_SSH-PASSPHRASE']) delete env[name];
  return inputs;
}

function sshKey(): Inputs['sshKey'] {
  // A key without its last line break is none, and some forms lose it on the way.
  const text = secret('ssh-key');
  const passphrase = secret('ssh-passphrase');
  if (text === '') return undefined;
  return { text: `${text}\n`, ...(passphrase === '' ? {} : { passphrase }) };
}

/** The runner hides registered secrets in logs; of a text of many lines each line. */
function secret(name: string): string {
  const text = core.getInput(name);
  for (const line of new Set([text, ...text.split('\n').map((each) => each.trim())])) {
    if (line !== '' && !/^-----(?:BEGIN|END) [A-Z ]+-----$/.test(line)) core.setSecret(line);
  }
  return text;
}

function flag(name: string, otherwise: boolean): boolean {
  const text = core.getInput(name);
  return text === '' ? otherwise : choice(name, ['true', 'false']) === 'true';
}

function choice<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
  const text = core.getInput(name);
  const found = text === '' ? choices[0] : choices.find((each) => each === text);
  if (found !== undefined) return found;
  throw wrong(name, `it is ${JSON.stringify(text.slice(0, 40))}`, `write ${choices.join(' or ')}`);
}

function whole(name: string, otherwise: number): number {
  const text = core.getInput(name);
  if (text === '') return otherwise;
  if (/^[0-9]{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw wrong(name, `it is ${JSON.stringify(text.slice(0, 40))}`, 'write a whole number from 1 on');
}

function wrong(name: string, cause: string, hint: string): Error {
  return githubFault({ code: 'github/input', step: `read the input ${name}`, cause, hint });
}
