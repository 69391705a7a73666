import type { Role } from '../enrol/keyring.ts';
import type { SecretPlace } from './ports.ts';

/** The environments that the workflows of `kuiil init` name, and the key that each of them holds. */
export const ENVIRONMENTS: readonly (SecretPlace & { readonly role: Role })[] = [
  { environment: 'kuiil', name: 'KUIIL_SSH_KEY', role: 'deploy' },
  { environment: 'kuiil-drift', name: 'KUIIL_DRIFT_KEY', role: 'drift' },
];

/** The job of kuiil-plan.yml: it is what is required, not the check that carries the annotations. */
export const PLAN_JOB = 'plan';
/** The App as which workflows run: the check of nobody else counts. */
export const ACTIONS_APP_ID = 15_368;
/** What a repository that chooses its actions has to let in. */
export const OUR_ACTIONS = 'kuiil/*';

/** What some workflow has to use, and what is done without. */
export const SUB_ACTIONS = [
  { name: 'plan', file: 'kuiil-plan.yml', isNeeded: true, without: 'pull requests show no plan' },
  { name: 'deploy', file: 'kuiil.yml', isNeeded: true, without: 'nothing is deployed after a merge' },
  { name: 'report', file: 'kuiil.yml', isNeeded: true, without: 'pull requests do not hear of deployments' },
  { name: 'command', file: 'kuiil-command.yml', isNeeded: false, without: 'comments are not answered' },
  { name: 'drift', file: 'kuiil-drift.yml', isNeeded: false, without: 'nobody watches for drift' },
  { name: 'rehearse', file: 'kuiil-rehearse.yml', isNeeded: false, without: 'nothing is rehearsed' },
] as const;
