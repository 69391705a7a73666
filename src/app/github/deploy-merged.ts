import type { DeploymentOutcome } from '../../core/model/outcome.ts';
import { deploymentText } from '../../core/report/deployment.ts';
import { fileMarkdown } from '../../core/report/merged-markdown.ts';
import { deployFile } from './deploy-file.ts';
import type { DeployMergedPorts, DeployMergedRequest, FileDeployment } from './deploy-request.ts';
import { githubFault } from './fault.ts';
import { isLiteral } from './patterns.ts';
import { perFile } from './plan-outputs.ts';
import type { Contents, Ended, Step } from './ports.ts';
import { RECORD_BUDGET, writeRecord } from './record.ts';
import { selectTopologies } from './select.ts';

/** Deploys what the default branch has, if this run is about its tip: every other state of it is one that nobody wants any more. */
export async function deployMerged(request: DeployMergedRequest, ports: DeployMergedPorts): Promise<Ended> {
  const { step, contents } = ports;
  const { commit, before } = await subject(request, contents);
  const tip = await contents.tip(request.defaultBranch);
  if (commit !== tip) return superseded(tip, step);
  const files = await selectTopologies(contents, commit, request.patterns);
  const missing = request.patterns.filter(isLiteral).find((parts) => !files.includes(parts.join('/')));
  if (missing || files.length === 0) throw noFile((missing ?? request.patterns[0]!).join('/'));
  const done: FileDeployment[] = [];
  for (const file of files) {
    const one = request.signal.aborted
      ? unbegun(file)
      : await deployFile({ request, file, commit, before }, ports);
    step.log(one.deployment ? `${file}: ${deploymentText(one.deployment)}` : `${file}: ${one.words}`);
    done.push(one);
  }
  return ended(commit, done, step);
}

/** A job that is cancelled has ten seconds: they are for the hosts that it has begun with. */
function unbegun(file: string): FileDeployment {
  const words = 'the job was cancelled before it was its turn; no host was dialled';
  return {
    file,
    outcome: 'refused',
    words,
    changed: [],
    pulls: [],
    isDangerous: false,
    interrupts: false,
    text: (budget) => fileMarkdown({ file, small: [], budget }, () => `**Not begun**: ${words}.\n`),
  };
}

/** The commit that this run is about, and where the branch was before. */
async function subject(
  { event, defaultBranch }: DeployMergedRequest,
  contents: Contents,
): Promise<{ readonly commit: string; readonly before: string | undefined }> {
  const isDefault =
    (event.kind === 'push' || event.kind === 'dispatch') && event.ref === `refs/heads/${defaultBranch}`;
  if (isDefault && event.kind === 'push') return { commit: event.after, before: event.before };
  if (isDefault) {
    const commit = await contents.tip(defaultBranch);
    return { commit, before: (await contents.parents(commit))[0] };
  }
  throw githubFault({
    code: 'github/event',
    step: 'deploy',
    cause: `only what is on ${defaultBranch} is deployed, and this run is not about it`,
    hint: `start the workflow for pushes to ${defaultBranch}`,
  });
}

async function superseded(tip: string, step: Step): Promise<Ended> {
  const message = `superseded by ${tip.slice(0, 12)}: the run for that commit deploys`;
  await step.summary(
    `**Superseded** by \`${tip.slice(0, 12)}\`: the run for that commit deploys. Nothing was changed by this one.\n`,
  );
  return { isFailure: false, message, outputs: { outcome: 'superseded' } };
}

/** The worst first: what the whole run is called when one of several topologies ended so. */
const GRAVITY: readonly (DeploymentOutcome | 'invalid')[] = [
  'incomplete',
  'reverted',
  'unreachable',
  'invalid',
  'refused',
  'confirmed',
  'planned',
  'unchanged',
];
const SUCCESSES: readonly string[] = ['confirmed', 'unchanged', 'planned'];

async function ended(commit: string, done: readonly FileDeployment[], step: Step): Promise<Ended> {
  const outcome = GRAVITY.find((each) => done.some((one) => one.outcome === each)) ?? 'unchanged';
  for (const each of done) await step.summary(each.text(500_000 / done.length));
  const report = await step.keep('deploy.md', done.map((each) => each.text(Infinity)).join('\n'));
  const hosts = done.reduce((sum, each) => sum + each.changed.length, 0);
  const plans = done.flatMap(({ file, planDigest }) =>
    planDigest === undefined ? [] : [[file, planDigest] as const],
  );
  const releases = done.flatMap(({ file, deployment }) =>
    deployment ? [[file, deployment.release] as const] : [],
  );
  const budget = RECORD_BUDGET / done.length;
  return {
    isFailure: !SUCCESSES.includes(outcome),
    message: done.map(({ file, words }) => `${file}: ${words}`).join('; '),
    outputs: {
      valid: done.every((each) => each.outcome !== 'invalid'),
      changed: hosts > 0,
      hostsChanged: hosts,
      risk: done.some(({ isDangerous }) => isDangerous)
        ? 'danger'
        : done.some(({ interrupts }) => interrupts)
          ? 'interrupts'
          : 'none',
      planDigest: perFile(plans),
      release: perFile(releases),
      outcome,
      report,
      record: writeRecord({
        kuiil: 1,
        kind: 'record',
        commit,
        topologies: done.map((each) => ({
          file: each.file,
          outcome: each.outcome === 'invalid' ? 'refused' : each.outcome,
          pulls: each.pulls,
          text: each.text(budget),
          ...(each.restore === undefined ? {} : { restore: each.restore }),
        })),
      }),
    },
  };
}

function noFile(name: string): Error {
  return githubFault({
    code: 'github/content',
    step: 'find the topology',
    cause: `there is no file \`${name}\` on the branch`,
    hint: 'name the topology in the input topology; hosts keep what they have until `kuiil remove`',
  });
}
