import type { Rollback } from '../model/rollback.ts';
import { deploymentJson } from './deployment-json.ts';
import { deploymentMarkdown } from './deployment-markdown.ts';
import { deploymentText } from './deployment.ts';
import type { Document } from './document.ts';
import { PLAIN, type Paint } from './paint.ts';

const FROZEN =
  'Deployments are frozen now, since git still says the newer state: make the topology what the hosts run and deploy it, which lifts the freeze, or run `kuiil unfreeze`.';

export function rollbackText({ deployment, isFrozen }: Rollback, paint: Paint = PLAIN): string {
  return deploymentText(deployment, paint) + (isFrozen ? `\n${FROZEN}\n` : '');
}

export function rollbackMarkdown({ deployment, isFrozen }: Rollback): string {
  return deploymentMarkdown(deployment) + (isFrozen ? `\n${FROZEN}\n` : '');
}

/** The document of kind `rollback`: a deployment's, and what it means for git. */
export function rollbackJson({ deployment, commit, isFrozen }: Rollback): Document {
  return { ...deploymentJson(deployment, 'rollback'), commit: commit ?? null, frozen: isFrozen };
}
