import type { Job } from '../adapters/actions/run.ts';
import { githubContents } from '../adapters/github/contents.ts';
import { githubEnvironments } from '../adapters/github/environments.ts';
import { githubDeployments } from '../adapters/github/deployments.ts';
import { githubAuthority, githubPullRequests } from '../adapters/github/pull-requests.ts';
import { localClock as clock } from '../adapters/local/clock.ts';
import { deployMerged } from '../app/github/deploy-merged.ts';
import type { DeployMergedPorts } from '../app/github/deploy-request.ts';
import { holdNetworks } from '../app/github/hold-network.ts';
import type { Ended } from '../app/github/ports.ts';
import { tellWhoMayDeploy } from '../app/github/environment.ts';
import { rollbackNetwork } from '../app/github/rollback-network.ts';
import { type Dialling, newTransaction } from './action-drift.ts';

/** What was merged. */
export async function deployFromAction(job: Job, around: Dialling): Promise<Ended> {
  const ended = await deployMerged(requestOf(job, around), await portsOf(job, around));
  await tellOfKey(job, around);
  return ended;
}

/** An earlier state, as git has it. */
export async function rollbackFromAction(job: Job, around: Dialling): Promise<Ended> {
  const { to, reason, isDryRun, accept } = job.inputs;
  const request = { ...requestOf(job, around), to, reason, isDryRun, accept };
  const ended = await rollbackNetwork(request, await portsOf(job, around));
  await tellOfKey(job, around);
  return ended;
}

/** Afterwards: nobody waits for it, and a job that is cancelled has no time for it. */
async function tellOfKey(job: Job, { github, step, signal }: Dialling): Promise<void> {
  if (signal.aborted) return;
  const { inputs, defaultBranch } = job;
  const environments = githubEnvironments(github(job));
  await tellWhoMayDeploy({ environment: inputs.environment, defaultBranch }, { environments, step });
}

/** Deployments held back, or allowed again. */
export async function holdFromAction(
  job: Job,
  what: 'freeze' | 'unfreeze',
  { github, ssh, step, run }: Dialling,
): Promise<Ended> {
  const { event, defaultBranch, inputs } = job;
  const patterns = inputs.topology();
  const ports = { contents: githubContents(github(job)), connect: await ssh(job), step };
  return holdNetworks({ what, reason: inputs.reason, who: run, event, defaultBranch, patterns }, ports);
}

function requestOf({ event, defaultBranch, inputs }: Job, { run, signal }: Dialling) {
  const { environment, confirmTimeoutS, awaitS, mayPushDirectly } = inputs;
  const limits = { environment, confirmTimeoutS, awaitS, mayPushDirectly };
  const patterns = inputs.topology();
  return { ...limits, event, defaultBranch, patterns, who: run, transaction: newTransaction, signal };
}

/** What a job with the key needs, and nothing with which it could write a word. */
async function portsOf(job: Job, { github, ssh, step, run }: Dialling): Promise<DeployMergedPorts> {
  const client = github(job);
  return {
    contents: githubContents(client),
    pullRequests: githubPullRequests(client),
    authority: githubAuthority(client),
    deployments: githubDeployments(client, run),
    connect: await ssh(job),
    clock,
    step,
  };
}
