import type { Deployment } from '../../core/model/outcome.ts';
import { FaultError } from '../../core/model/fault.ts';
import { VERDICT } from '../../core/report/outcome-words.ts';
import type { DeploymentLog, DeploymentRecord, Step } from './ports.ts';

interface Facts {
  readonly environment: string;
  readonly commit: string;
  readonly file: string;
  /** The release that the hub remembered before. */
  readonly from: string | undefined;
  readonly deployment: Deployment;
}

/** What a person wants to be reminded of; the whole is in the run. */
const MAX_HOSTS = 200;

const STATES: Readonly<Partial<Record<Deployment['outcome'], DeploymentRecord['state']>>> = {
  confirmed: 'success',
  reverted: 'failure',
  incomplete: 'error',
};

/** Writes a deployment down on GitHub when hosts were touched. What GitHub cannot take down has happened all the same. */
export async function recordDeployment(
  { environment, commit, file, from, deployment }: Facts,
  { deployments, step }: { readonly deployments: DeploymentLog; readonly step: Step },
): Promise<void> {
  const { outcome, release, hosts, plan } = deployment;
  const state = STATES[outcome];
  if (state === undefined) return;
  const touched = [...hosts].filter(([, { did }]) => did.length > 0).map(([host]) => host);
  try {
    await deployments.record({
      commit,
      environment,
      state,
      description: `${outcome}: ${VERDICT[outcome]}`,
      payload: {
        kuiil: 1,
        topology: file,
        from: from ?? null,
        to: release,
        plan: plan?.digest ?? null,
        hosts: touched.slice(0, MAX_HOSTS),
        outcome,
      },
    });
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    step.warn(`the deployment is not recorded on GitHub: ${error.fault.cause}`);
  }
}
