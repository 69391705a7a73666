import type { Rollback } from '../model/rollback.ts';
import { COMMENT_BUDGET, size } from './budget.ts';
import { deploymentJson } from './deployment-json.ts';
import { deploymentMarkdown } from './deployment-markdown.ts';
import { deploymentText } from './deployment.ts';
import type { Document } from './document.ts';
import { PLAIN, type Paint } from './paint.ts';

const FROZEN =
  'Deployments are frozen now, since git still says the newer state: make the topology what the hosts run and deploy it, which lifts the freeze, or run `kuiil unfreeze`.';

const NOT_FROZEN =
  'Deployments are not frozen, since the hub could not be asked, and the next one would bring the newer state back: run `kuiil freeze`, or make the topology what the hosts run.';

export function rollbackText(rollback: Rollback, paint: Paint = PLAIN): string {
  return deploymentText(rollback.deployment, paint) + afterwards(rollback);
}

/** Of at most `budget` bytes. */
export function rollbackMarkdown(rollback: Rollback, budget = COMMENT_BUDGET): string {
  const words = afterwards(rollback);
  return deploymentMarkdown(rollback.deployment, budget - size(words)) + words;
}

function afterwards({ isDone, isFrozen }: Rollback): string {
  return isDone ? `\n${isFrozen ? FROZEN : NOT_FROZEN}\n` : '';
}

/** The document of kind `rollback`: a deployment's, and what it means for git. */
export function rollbackJson({ deployment, commit, isFrozen }: Rollback): Document {
  return { ...deploymentJson(deployment, 'rollback'), commit: commit ?? null, frozen: isFrozen };
}
