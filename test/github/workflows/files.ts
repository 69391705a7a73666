import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

export interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: unknown;
  readonly uses?: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps?: readonly {
    readonly id?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, string>>;
  }[];
}
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const inFolder = (folder: string) => readdirSync(folder).map((name) => join(folder, name));

/** What users copy, and what `kuiil init` writes. */
export const EXAMPLES = inFolder('examples/workflows');
/** This repository's own. */
export const OWN = inFolder('.github/workflows');
/** The action.yml files: the root's and one for each privilege. */
export const ACTIONS = ['.', ...readdirSync('.')]
  .map((folder) => join(folder, 'action.yml'))
  .filter((file) => existsSync(file));

export const readWorkflow = (file: string): Workflow => parse(readFileSync(file, 'utf8')) as Workflow;

/** Folder of the action of ours that a step uses, or undefined. */
export function ourAction(uses: string | undefined): string | undefined {
  return /^(?:kuiil\/action\/|\$\/)(\w+)(?:@|$)/.exec(uses ?? '')?.[1];
}

export const actionFolders = ACTIONS.map((file) => dirname(file));

/** The outputs that the action of this folder promises, sorted. */
export function outputsOf(folder: string): string[] {
  const { outputs = {} } = parse(readFileSync(`${folder}/action.yml`, 'utf8')) as { outputs?: object };
  return Object.keys(outputs).toSorted();
}
