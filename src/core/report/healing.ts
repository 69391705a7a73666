import type { Healing } from '../model/healing.ts';
import { deploymentJson } from './deployment-json.ts';
import { deploymentMarkdown } from './deployment-markdown.ts';
import { deploymentText } from './deployment.ts';
import type { Document } from './document.ts';
import { driftFields, driftJson } from './drift-json.ts';
import { driftMarkdown } from './drift-markdown.ts';
import { driftText } from './drift.ts';
import { PLAIN, type Paint } from './paint.ts';

/** What was found, what was done, and what is left. */
export function healingText({ before, deployments, after }: Healing, paint: Paint = PLAIN): string {
  if (deployments.length === 0) return driftText(after, paint);
  return [
    driftText(before, paint),
    ...deployments.map((each) => deploymentText(each, paint)),
    `${paint.bold('afterwards')}: ${driftText(after, paint)}`,
  ].join('\n');
}

/** The document of kind `drift` as it is afterwards, with what was done and what there was before. */
export function healingJson({ before, deployments, after }: Healing): Document {
  return {
    ...driftJson(after),
    before: driftFields(before),
    deployments: deployments.map((each) => deploymentJson(each)),
  };
}

export function healingMarkdown({ before, deployments, after }: Healing): string {
  if (deployments.length === 0) return driftMarkdown(after);
  return [
    '**Before**',
    driftMarkdown(before, 20_000),
    '**Healing**',
    ...deployments.map((each) => deploymentMarkdown(each, 8_000)),
    '**Afterwards**',
    driftMarkdown(after, 20_000),
  ].join('\n\n');
}
