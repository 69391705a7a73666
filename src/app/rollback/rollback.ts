import type { Rollback } from '../../core/model/rollback.ts';
import type { Topology } from '../../core/model/topology.ts';
import type { Locate } from '../dangers.ts';
import { asDeployed } from '../deploy/as-deployed.ts';
import { deploy } from '../deploy/deploy.ts';
import type { DeployPorts, DeployRequest } from '../deploy/request.ts';
import { freeze } from '../freeze.ts';
import { heldBy } from './held.ts';
import { findRelease, nothingBefore, past } from './past.ts';

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
  if (isDone) {
    const reason = `rolled back to ${request.to}: ${request.reason}`;
    await freeze(request.topology, { reason, who: request.owner.who }, ports.connect);
  }
  return { deployment, ...(commit === undefined ? {} : { commit }), isFrozen: isDone };
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
    return { request: { ...request, ...git, base: request.topology }, commit };
  } finally {
    await hosts.close();
  }
}
