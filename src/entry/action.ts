import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPayload } from '../adapters/actions/payload.ts';
import { localRehearser } from '../adapters/actions/rehearser.ts';
import { runAction, type Job } from '../adapters/actions/run.ts';
import { actionsStep } from '../adapters/actions/step.ts';
import { githubOf, runLink, serverOf } from '../adapters/actions/surroundings.ts';
import { githubChecks } from '../adapters/github/checks.ts';
import { githubClient, type Client } from '../adapters/github/client.ts';
import { githubCommands } from '../adapters/github/commands.ts';
import { githubContents } from '../adapters/github/contents.ts';
import { githubIssues } from '../adapters/github/issues.ts';
import { githubProposals } from '../adapters/github/proposals.ts';
import { githubComments, githubPullRequests } from '../adapters/github/pull-requests.ts';
import { localClock as clock } from '../adapters/local/clock.ts';
import { answerForAction } from '../app/command/answer-for-action.ts';
import { planPullRequest } from '../app/github/plan-pull-request.ts';
import { rehearseChange } from '../app/github/rehearse-change.ts';
import { reportDeployment } from '../app/github/report-deployment.ts';
import type { Connect } from '../app/ports.ts';
import { deployFromAction, holdFromAction, rollbackFromAction } from './action-deploy.ts';
import { drift, reportOfDrift } from './action-drift.ts';

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

function plan(job: Job) {
  const client = github(job);
  const { comment, topology } = job.inputs;
  const ports = { ...telling(job, client), contents: githubContents(client) };
  return planPullRequest({ event: job.event, patterns: topology(), comment, run }, ports);
}

/** What talks to hosts is loaded by the one command that does: the others have neither key nor way. */
async function ssh({ inputs }: Job): Promise<Connect> {
  const { connectWith } = await import('../adapters/ssh/connect.ts');
  return connectWith(inputs.sshKey);
}

process.exitCode = await runAction(
  {
    drift: (job) => drift(job, { github, ssh, step, run, signal }),
    plan,
    deploy: (job) => deployFromAction(job, { github, ssh, step, run, signal }),
    rollback: (job) => rollbackFromAction(job, { github, ssh, step, run, signal }),
    freeze: (job) => holdFromAction(job, 'freeze', { github, ssh, step, run, signal }),
    unfreeze: (job) => holdFromAction(job, 'unfreeze', { github, ssh, step, run, signal }),
    report: (job) => {
      const { event, defaultBranch, inputs } = job;
      const { record, deployResult } = inputs;
      const watched = reportOfDrift(job, { github, step, run });
      if (watched) return watched;
      const client = github(job);
      const ports = {
        ...telling(job, client),
        issues: githubIssues(client),
        contents: githubContents(client),
        proposals: githubProposals(client, serverOf(env)),
      };
      return reportDeployment({ event, defaultBranch, record, deployResult, run }, ports);
    },
    command: (job) => {
      const workflow = { file: job.inputs.workflow, branch: job.defaultBranch };
      return answerForAction(job.event, {
        ...githubCommands(github(job), workflow),
        plan: async ({ number, head }) =>
          (await plan({ ...job, event: { kind: 'pull-request', number, head } })).message,
      });
    },
    rehearse: (job) => {
      const program = join(dirname(fileURLToPath(import.meta.url)), 'cli.js');
      const rehearser = localRehearser({ program, log: (line) => step.log(line), signal });
      const { topology, sample, pullRequest } = job.inputs;
      const commit = env.GITHUB_SHA ?? '';
      const request = { event: job.event, patterns: topology(), commit, sample, pullRequest };
      return rehearseChange(request, { contents: githubContents(github(job)), rehearser, step });
    },
  },
  { env, payload: () => readPayload(env.GITHUB_EVENT_PATH) },
);
