import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPayload } from '../adapters/actions/payload.ts';
import { localRehearser } from '../adapters/actions/rehearser.ts';
import { runAction, type Job } from '../adapters/actions/run.ts';
import { actionsStep } from '../adapters/actions/step.ts';
import { githubOf, runLink } from '../adapters/actions/surroundings.ts';
import { githubChecks } from '../adapters/github/checks.ts';
import { githubClient, type Client } from '../adapters/github/client.ts';
import { githubCommands } from '../adapters/github/commands.ts';
import { githubContents } from '../adapters/github/contents.ts';
import { githubDeployments } from '../adapters/github/deployments.ts';
import { githubAuthority, githubComments, githubPullRequests } from '../adapters/github/pull-requests.ts';
import { localClock as clock } from '../adapters/local/clock.ts';
import { answerForAction } from '../app/command/answer-for-action.ts';
import { deployMerged } from '../app/github/deploy-merged.ts';
import { planPullRequest } from '../app/github/plan-pull-request.ts';
import { rehearseChange } from '../app/github/rehearse-change.ts';
import { reportDeployment } from '../app/github/report-deployment.ts';
import type { Connect } from '../app/ports.ts';
import { drift, newTransaction, reportOfDrift } from './action-drift.ts';

const { env } = process;
const step = actionsStep(env);
const run = runLink(env);
const interrupted = new AbortController();
const { signal } = interrupted;
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());

function github({ inputs }: Job): Client {
  return githubClient({ ...githubOf(env), token: inputs.token, log: (line) => step.log(line) });
}

/** Where a result is told: on the pull request, and in the step. */
const telling = (job: Job, client = github(job)) => ({
  pullRequests: githubPullRequests(client),
  comments: githubComments(client),
  checks: githubChecks(github(job)),
  step,
  clock,
});

/** What talks to hosts is loaded by the one command that does: the others have neither key nor way. */
async function ssh({ inputs }: Job): Promise<Connect> {
  const { connectWith } = await import('../adapters/ssh/connect.ts');
  return connectWith(inputs.sshKey);
}

process.exitCode = await runAction(
  {
    drift: (job) => drift(job, { github, ssh, step, run, signal }),
    plan: (job) => {
      const client = github(job);
      const { comment, topology } = job.inputs;
      const ports = { ...telling(job, client), contents: githubContents(client) };
      return planPullRequest({ event: job.event, patterns: topology(), comment, run }, ports);
    },
    deploy: async (job) => {
      const client = github(job);
      const { event, defaultBranch, inputs } = job;
      const transaction = newTransaction;
      const ports = {
        contents: githubContents(client),
        pullRequests: githubPullRequests(client),
        authority: githubAuthority(client),
        deployments: githubDeployments(client, run),
        connect: await ssh(job),
        clock,
        step,
      };
      const patterns = inputs.topology();
      return deployMerged(
        { ...inputs, event, defaultBranch, patterns, who: run, transaction, signal },
        ports,
      );
    },
    report: (job) => {
      const { event, defaultBranch, inputs } = job;
      const { record, deployResult } = inputs;
      const watched = reportOfDrift(job, { github, step, run });
      if (watched) return watched;
      return reportDeployment({ event, defaultBranch, record, deployResult, run }, telling(job));
    },
    command: (job) => {
      const workflow = { file: job.inputs.workflow, branch: job.defaultBranch };
      return answerForAction(job.event, githubCommands(github(job), workflow));
    },
    rehearse: (job) => {
      const program = join(dirname(fileURLToPath(import.meta.url)), 'cli.js');
      const rehearser = localRehearser({ program, log: (line) => step.log(line), signal });
      const { topology, sample } = job.inputs;
      const request = { event: job.event, patterns: topology(), commit: env.GITHUB_SHA ?? '', sample };
      return rehearseChange(request, { contents: githubContents(github(job)), rehearser, step });
    },
  },
  { env, payload: () => readPayload(env.GITHUB_EVENT_PATH) },
);
