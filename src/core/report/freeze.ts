import type { Freeze } from '../model/freeze.ts';
import type { Document } from './document.ts';
import { moment } from './moment.ts';
import { visible } from './escape.ts';

/** What is in force now. */
export function frozenText({ reason, who, since }: Freeze): string {
  return `Deployments are frozen since ${moment(since)}, ${visible(who)}: ${visible(reason)}\n`;
}

/** What was lifted; undefined: there was nothing to lift. */
export function unfrozenText(freeze: Freeze | undefined): string {
  return freeze
    ? `The freeze is lifted; it was, ${visible(freeze.who)}: ${visible(freeze.reason)}\n`
    : 'Deployments were not frozen.\n';
}

export function freezeJson(kind: 'freeze' | 'unfreeze', freeze: Freeze | undefined): Document {
  if (!freeze) return { kuiil: 1, kind, reason: null, who: null, since: null, plan: null };
  const { reason, who, since, plan } = freeze;
  return { kuiil: 1, kind, reason, who, since, plan: plan ?? null };
}
