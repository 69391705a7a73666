import type { Plan } from '../../core/model/plan.ts';
import type { Contents, PullRequests } from './ports.ts';
import { planFile } from './planned.ts';
import { marker, readPointer } from './sticky.ts';

/** The plan that stood in a pull request's comment when it was merged, made once more from git. */
export interface Reviewed {
  readonly pullRequest: number;
  /** The digest that the comment shows. */
  readonly digest: string;
  /** Undefined where the commits that it was made from are no longer there. */
  readonly plan?: Plan;
}

interface Question {
  readonly pullRequest: number;
  readonly file: string;
}

/**
 * What reviewers saw. The comment only says from which commits it was made: it explains why a deployment does something else than
 * what was reviewed, and decides nothing.
 */
export async function reviewedPlan(
  { pullRequest, file }: Question,
  { contents, pullRequests }: { readonly contents: Contents; readonly pullRequests: PullRequests },
): Promise<Reviewed | undefined> {
  const comments = await pullRequests.comments(pullRequest);
  const ours = comments.find(
    ({ author, body }) => !author.isPerson && body.startsWith(`${marker('plan', file)} `),
  );
  const pointer = ours && readPointer(ours.body);
  if (!pointer) return undefined;
  const { digest, base, merge: head } = pointer;
  // Test merges are on no branch: some day git's own housekeeping takes them.
  const planned = await planFile({ file, base, head }, contents).catch(() => undefined);
  return { pullRequest, digest, ...(planned?.kind === 'planned' ? { plan: planned.plan } : {}) };
}
