import { localClock } from '../adapters/local/clock.ts';
import { readPayload } from '../adapters/actions/payload.ts';
import { runAction, type Job } from '../adapters/actions/run.ts';
import { actionsStep } from '../adapters/actions/step.ts';
import { githubOf, runLink } from '../adapters/actions/surroundings.ts';
import { githubChecks } from '../adapters/github/checks.ts';
import { githubClient, type Client } from '../adapters/github/client.ts';
import { githubContents } from '../adapters/github/contents.ts';
import { githubComments, githubPullRequests } from '../adapters/github/pull-requests.ts';
import { planPullRequest } from '../app/github/plan-pull-request.ts';

const { env } = process;
const step = actionsStep(env);
const run = runLink(env);
const clock = localClock;

function github({ inputs }: Job): Client {
  return githubClient({ ...githubOf(env), token: inputs.token, log: (line) => step.log(line) });
}

process.exitCode = await runAction(
  {
    plan: (job) => {
      const client = github(job);
      const { comment, topology } = job.inputs;
      return planPullRequest(
        { event: job.event, patterns: topology(), comment, run },
        {
          contents: githubContents(client),
          pullRequests: githubPullRequests(client),
          comments: githubComments(client),
          checks: githubChecks(client),
          step,
          clock,
        },
      );
    },
  },
  { env, payload: () => readPayload(env.GITHUB_EVENT_PATH) },
);
