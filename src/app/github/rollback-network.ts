import { exitCode } from '../../core/model/outcome.ts';
import { VERDICT } from '../../core/report/outcome-words.ts';
import { rollbackMarkdown, rollbackText } from '../../core/report/rollback.ts';
import { FaultError } from '../../core/model/fault.ts';
import type { Topology } from '../../core/model/topology.ts';
import type { Locate } from '../dangers.ts';
import { rollback } from '../rollback/rollback.ts';
import type { DeployMergedPorts, DeployMergedRequest } from './deploy-request.ts';
import { githubFault } from './fault.ts';
import type { Contents, Ended } from './ports.ts';
import { RECORD_BUDGET, writeRecord } from './record.ts';
import { recordDeployment } from './record-deployment.ts';
import { selectTopologies } from './select.ts';
import { readSource } from './source.ts';

export interface RollbackNetworkRequest extends DeployMergedRequest {
  /** `previous`, a release that the hub remembers, or a commit. */
  readonly to: string;
  readonly reason: string;
  readonly isDryRun: boolean;
  /** `CODE@PLAN-DIGEST`: whoever may start the workflow may accept. */
  readonly accept: readonly string[];
}

/**
 * Deploys the one topology as it was in git, whatever the hosts hold: a host must not choose the fleet's state. The hub is frozen by it; a job
 * without the key then proposes to make git agree.
 */
export async function rollbackNetwork(
  request: RollbackNetworkRequest,
  ports: DeployMergedPorts,
): Promise<Ended> {
  const { contents, connect, clock, step } = ports;
  if (!isByHand(request)) throw notByHand(request.defaultBranch);
  const tip = await contents.tip(request.defaultBranch);
  const files = await selectTopologies(contents, tip, request.patterns);
  const [file] = files;
  if (file === undefined || files.length > 1) throw notOne(files.length);
  const source = (await readSource(contents, tip, file))!;
  const { value: topology, locate } = source.examined;
  if (!topology) throw notValid(file, tip);
  const progress = step.progress(clock);
  const result = await rollback(
    {
      ...request,
      topology,
      locate,
      dryRun: request.isDryRun,
      exclude: [],
      canary: [],
      requireAll: false,
      owner: { who: request.who, commit: tip },
      transaction: request.transaction(),
      onlyGit: true,
      atCommit: (each) => topologyAt({ commit: each, tip, file }, contents),
    },
    { connect, clock, progress },
  );
  progress.end();
  const { deployment, commit, isDone, isFrozen } = result;
  if (isDone && !isFrozen) step.warn('deployments could not be frozen: the hub could not be asked');
  step.log(`${file}: ${rollbackText(result)}`);
  await step.summary(rollbackMarkdown(result));
  const { outcome } = deployment;
  if (!request.isDryRun)
    await recordDeployment(
      { environment: request.environment, commit: commit ?? tip, file, from: undefined, deployment },
      ports,
    );
  const restores = isDone && commit !== undefined ? { restore: commit } : {};
  return {
    isFailure: exitCode(outcome) !== 0,
    message: `${file}: ${VERDICT[outcome]}`,
    outputs: {
      outcome,
      release: deployment.release,
      changed: [...deployment.hosts.values()].some(({ outcome: each }) => each === 'confirmed'),
      record: writeRecord({
        kuiil: 1,
        kind: 'record',
        commit: tip,
        topologies: [
          {
            file,
            outcome,
            pulls: [],
            text: rollbackMarkdown(result, RECORD_BUDGET),
            ...restores,
            reason: request.reason,
          },
        ],
      }),
    },
  };
}

function isByHand({ event, defaultBranch }: RollbackNetworkRequest): boolean {
  return event.kind === 'dispatch' && event.ref === `refs/heads/${defaultBranch}`;
}

/** Only what was on the branch: GitHub shows the commits of strangers' forks as well, and a hub may name whatever it likes. */
async function topologyAt(
  { commit, tip, file }: { readonly commit: string; readonly tip: string; readonly file: string },
  contents: Contents,
): Promise<{ topology: Topology; locate: Locate } | undefined> {
  if (!/^[0-9a-f]{40}$/.test(commit) || !(await contents.isAncestor(commit, tip))) return undefined;
  const source = await readSource(contents, commit, file);
  if (!source) return undefined;
  const { value, locate } = source.examined;
  if (value) return { topology: value, locate };
  throw new FaultError({
    code: 'rollback/topology',
    step: 'rollback',
    cause: `\`${file}\` has errors at ${commit.slice(0, 12)}`,
    hint: 'choose another commit',
    stateNow: 'unchanged: no host was changed',
  });
}

function notByHand(branch: string): FaultError {
  return githubFault({
    code: 'github/event',
    step: 'rollback',
    cause: `a rollback is started by hand, on ${branch}, and this run is not`,
    hint: `start the workflow on ${branch} by workflow_dispatch`,
  });
}

function notOne(amount: number): FaultError {
  return new FaultError({
    code: 'github/input',
    step: 'choose the topology',
    cause: `${amount} topologies are named, and one is rolled back at a time`,
    hint: 'name one in the input topology',
    stateNow: 'unchanged: no host was dialled',
  });
}

function notValid(file: string, tip: string): Error {
  return githubFault({
    code: 'github/content',
    step: 'read the topology',
    cause: `\`${file}\` is not valid at ${tip.slice(0, 12)}, so that nobody knows how to reach the hub`,
    hint: 'mend it by a pull request, or roll back with `kuiil rollback` from a checkout',
  });
}
