import { FaultError } from '../../core/model/fault.ts';
import type { Deployment } from '../../core/model/outcome.ts';
import type { Topology } from '../../core/model/topology.ts';
import { freeze } from '../freeze.ts';
import type { Connect } from '../ports.ts';
import type { Step } from './ports.ts';

interface Facts {
  readonly commit: string;
  /** By what the hub is reached: as the hosts have it, where git knows that. */
  readonly topology: Topology;
  readonly deployment: Deployment;
  readonly who: string;
}

/**
 * After a deployment that was taken back git says what the hosts do not run, and the next push would try it again: deployments are
 * frozen until git agrees, or somebody says otherwise. Where the hub cannot be told, a warning says so.
 */
export async function freezeReverted(
  { commit, topology, deployment, who }: Facts,
  { connect, step }: { readonly connect: Connect; readonly step: Step },
): Promise<void> {
  if (deployment.outcome !== 'reverted') return;
  const cause = deployment.faults[0]?.cause ?? 'it could not be verified';
  const reason = `the deployment of ${commit.slice(0, 12)} was taken back: ${cause}`;
  const plan = deployment.plan?.digest;
  try {
    await freeze(topology, { reason, who, ...(plan === undefined ? {} : { plan }) }, connect);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    step.warn(`deployments could not be frozen: ${error.fault.cause}`);
  }
}
