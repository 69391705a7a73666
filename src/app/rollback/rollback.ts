import type { Rollback } from '../../core/model/rollback.ts';
import type { Topology } from '../../core/model/topology.ts';
import type { Locate } from '../dangers.ts';
import { FaultError } from '../../core/model/fault.ts';
import { asDeployed } from '../deploy/as-deployed.ts';
import { deploy } from '../deploy/deploy.ts';
import type { DeployPorts, DeployRequest } from '../deploy/request.ts';
import { wantedOf } from '../deploy/wanted.ts';
import { releaseOf } from '../digest.ts';
import { freeze } from '../freeze.ts';
import { heldBy } from './held.ts';
import { findRelease, nothingBefore, past, type PastRelease } from './past.ts';

export interface RollbackRequest extends Omit<DeployRequest, 'target' | 'base'> {
  /** `previous`, a release that the hub remembers, or a commit. */
  readonly to: string;
  readonly reason: string;
  /** The topology at a commit; undefined where there is no such commit. */
  readonly atCommit: (commit: string) => Promise<{ topology: Topology; locate: Locate } | undefined>;
  /** Never what hosts hold: a host must not choose the fleet's state where nobody looks at it. `previous` then is a commit. */
  readonly onlyGit: boolean;
}

/**
 * Deploys what was deployed before, as one transaction, and then freezes deployments: git still says the newer state. Throws a FaultError
 * when what to go back to cannot be found.
 */
export async function rollback(request: RollbackRequest, ports: DeployPorts): Promise<Rollback> {
  const { request: step, commit } = await resolve(request, ports);
  const deployment = await deploy(step, ports);
  const isDone = !request.dryRun && ['confirmed', 'incomplete'].includes(deployment.outcome);
  const at = commit === undefined ? {} : { commit };
  if (!isDone) return { deployment, ...at, isDone, isFrozen: false };
  try {
    const reason = `rolled back to ${request.to}: ${request.reason}`;
    await freeze(request.topology, { reason, who: request.owner.who }, ports.connect);
    return { deployment, ...at, isDone, isFrozen: true };
  } catch (error) {
    // The hosts are on it all the same, and that has to be told.
    if (!(error instanceof FaultError)) throw error;
    return { deployment, ...at, isDone, isFrozen: false };
  }
}

/** Whoever names a release gets that one, whatever the hub says of its commit. */
function another({ digest }: PastRelease, commit: string): FaultError {
  return new FaultError({
    code: 'rollback/unknown',
    step: 'rollback',
    cause: `git has another release at ${commit} than ${digest.slice(0, 12)}, of which the hub says that it came from there`,
    hint: 'name the commit instead, if that is what is meant',
    stateNow: 'unchanged by this run',
  });
}

function releaseOfTopology(topology: Topology): string {
  return releaseOf(new Map([...wantedOf(topology)].map(([host, { release }]) => [host, release]))).digest;
}

interface Resolved {
  readonly request: DeployRequest;
  readonly commit?: string;
}

async function resolve(request: RollbackRequest, ports: DeployPorts): Promise<Resolved> {
  const { to, onlyGit, atCommit } = request;
  const hosts = ports.connect();
  try {
    const before = await past(request.topology, hosts);
    const found = findRelease(before, to);
    if (found && !onlyGit) {
      const held = await heldBy(request.topology, found, hosts);
      const topology = asDeployed(request.topology, held);
      return { request: { ...request, topology, target: { hosts: held, isHealing: false } } };
    }
    const commit = found ? found.entry.commit : to === 'previous' ? undefined : to;
    const git = commit === undefined ? undefined : await atCommit(commit);
    if (commit === undefined || !git) throw nothingBefore(to, before);
    if (found && to !== 'previous' && releaseOfTopology(git.topology) !== found.digest)
      throw another(found, commit);
    // The hosts' books name the commit that they run, by which a later rollback finds it.
    const owner = { ...request.owner, commit };
    return { request: { ...request, ...git, owner, base: request.topology }, commit };
  } finally {
    await hosts.close();
  }
}
