import { randomBytes } from 'node:crypto';
import type { Job } from '../adapters/actions/run.ts';
import { githubChecks } from '../adapters/github/checks.ts';
import type { Client } from '../adapters/github/client.ts';
import { githubContents } from '../adapters/github/contents.ts';
import { githubIssues } from '../adapters/github/issues.ts';
import { localClock as clock } from '../adapters/local/clock.ts';
import { driftOfBranch } from '../app/github/check-drift.ts';
import { readDriftRecord } from '../app/github/drift-record.ts';
import type { Ended, RunLink, Step } from '../app/github/ports.ts';
import { reportDrift } from '../app/github/report-drift.ts';
import type { Connect } from '../app/ports.ts';

interface Around {
  readonly github: (job: Job) => Client;
  readonly step: Step;
  readonly run: RunLink;
}

export interface Dialling extends Around {
  readonly ssh: (job: Job) => Promise<Connect>;
  readonly signal: AbortSignal;
}

/** The job that holds the key: it looks, and writes nothing on GitHub. */
export async function drift(job: Job, { github, ssh, step, run, signal }: Dialling): Promise<Ended> {
  const client = github(job);
  const { inputs, defaultBranch } = job;
  const request = {
    defaultBranch,
    patterns: inputs.topology(),
    heal: inputs.heal,
    today: new Date().toISOString().slice(0, 10),
    confirmTimeoutS: inputs.confirmTimeoutS,
    who: run,
    transaction: newTransaction,
    signal,
  };
  const issues = githubIssues(client);
  const ports = { contents: githubContents(client), connect: await ssh(job), clock, step, issues };
  return driftOfBranch(request, ports);
}

/** The job that holds no key, where what it has to tell is about drift. */
export function reportOfDrift(job: Job, { github, step, run }: Around): Promise<Ended> | undefined {
  const record = readDriftRecord(job.inputs.record);
  const isWatch = job.event.kind === 'schedule' || record !== undefined;
  if (!isWatch) return undefined;
  const client = github(job);
  const request = { record: job.inputs.record, at: Math.floor(Date.now() / 1000), run };
  return reportDrift(request, { issues: githubIssues(client), checks: githubChecks(client), step });
}

export function newTransaction(): string {
  return `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
}
