import { readEvent } from '../github/event.ts';
import { at } from '../json.ts';

/** What a delivery makes us do. Everything else of it is not looked at. */
export type Task =
  | { readonly kind: 'plan'; readonly pullRequest: number; readonly head: string }
  | { readonly kind: 'plan-all'; readonly branch: string }
  | { readonly kind: 'command'; readonly pullRequest: number; readonly comment: number };

/** A delivery that is known to come from GitHub. */
export interface Delivery {
  readonly event: string;
  readonly payload: unknown;
}

/** Where a delivery comes from; undefined where it does not say. */
export interface Origin {
  /** `owner/name`, in lower case. */
  readonly repository: string;
  readonly installation: number | undefined;
  readonly defaultBranch: string;
}

export function originOf(payload: unknown): Origin | undefined {
  const repository = at(payload, 'repository');
  const name = at(repository, 'full_name');
  const branch = at(repository, 'default_branch');
  const installation = at(at(payload, 'installation'), 'id');
  if (typeof name !== 'string' || typeof branch !== 'string') return undefined;
  return {
    repository: name.toLowerCase(),
    installation: typeof installation === 'number' ? installation : undefined,
    defaultBranch: branch,
  };
}

const PLANNED: ReadonlySet<unknown> = new Set(['opened', 'synchronize', 'reopened', 'edited']);

/** What is to be done about a delivery; undefined: nothing. Throws a FaultError for one that lacks what it must have. */
export function taskOf({ event: name, payload }: Delivery, defaultBranch: string): Task | undefined {
  const action = at(payload, 'action');
  switch (name) {
    case 'pull_request': {
      const event = readEvent({ name, payload });
      return PLANNED.has(action) && event.kind === 'pull-request'
        ? { kind: 'plan', pullRequest: event.number, head: event.head }
        : undefined;
    }
    case 'issue_comment': {
      const event = readEvent({ name, payload });
      const isOnPullRequest = at(at(payload, 'issue'), 'pull_request') !== undefined;
      return action === 'created' && isOnPullRequest && event.kind === 'comment'
        ? { kind: 'command', pullRequest: event.pullRequest, comment: event.comment }
        : undefined;
    }
    case 'push':
      // What is planned is the step from the tip of the base: it moved, so every open plan is another one now.
      return at(payload, 'ref') === `refs/heads/${defaultBranch}`
        ? { kind: 'plan-all', branch: defaultBranch }
        : undefined;
    default:
      return undefined;
  }
}
