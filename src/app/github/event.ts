import { githubFault } from './fault.ts';

/** What started the workflow, reduced to what decides. Everything else of the payload is not looked at. */
export type Event =
  | { readonly kind: 'pull-request'; readonly number: number; readonly head: string }
  | { readonly kind: 'merge-group'; readonly base: string; readonly head: string }
  | {
      readonly kind: 'push';
      readonly ref: string;
      readonly before: string | undefined;
      readonly after: string;
    }
  | { readonly kind: 'comment'; readonly pullRequest: number; readonly comment: number }
  | { readonly kind: 'schedule' }
  | { readonly kind: 'dispatch'; readonly ref: string; readonly command: string | undefined }
  | { readonly kind: 'other'; readonly name: string };

interface Raw {
  readonly name: string;
  readonly payload: unknown;
}

const NO_COMMIT = /^0{40}$/;

/** Reads an event. One of a known kind that lacks what it must have is a fault. */
export function readEvent({ name, payload }: Raw): Event {
  switch (name) {
    case 'pull_request':
    case 'pull_request_target': {
      const pull = field(payload, 'pull_request');
      return {
        kind: 'pull-request',
        number: number(name, pull, 'number'),
        head: sha(name, field(pull, 'head'), 'sha'),
      };
    }
    case 'merge_group': {
      const group = field(payload, 'merge_group');
      return { kind: 'merge-group', base: sha(name, group, 'base_sha'), head: sha(name, group, 'head_sha') };
    }
    case 'push': {
      const before = sha(name, payload, 'before');
      return {
        kind: 'push',
        ref: text(name, payload, 'ref'),
        before: NO_COMMIT.test(before) ? undefined : before,
        after: sha(name, payload, 'after'),
      };
    }
    case 'issue_comment':
      return {
        kind: 'comment',
        pullRequest: number(name, field(payload, 'issue'), 'number'),
        comment: number(name, field(payload, 'comment'), 'id'),
      };
    case 'schedule':
      return { kind: 'schedule' };
    case 'workflow_dispatch': {
      const command = field(field(payload, 'inputs'), 'command');
      return {
        kind: 'dispatch',
        ref: text(name, payload, 'ref'),
        command: typeof command === 'string' ? command : undefined,
      };
    }
    default:
      return { kind: 'other', name };
  }
}

/** The repository's default branch, as every event of GitHub's tells it. */
export function defaultBranch({ name, payload }: Raw): string {
  return text(name, field(payload, 'repository'), 'default_branch');
}

function field(value: unknown, key: string): unknown {
  const found = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return found.find(([name]) => name === key)?.[1];
}

function text(event: string, value: unknown, key: string): string {
  const found = field(value, key);
  if (typeof found === 'string') return found;
  throw incomplete(event, key);
}

function sha(event: string, value: unknown, key: string): string {
  const found = text(event, value, key);
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(found)) return found;
  throw incomplete(event, key);
}

function number(event: string, value: unknown, key: string): number {
  const found = field(value, key);
  if (typeof found === 'number' && Number.isSafeInteger(found)) return found;
  throw incomplete(event, key);
}

function incomplete(event: string, key: string): Error {
  return githubFault({
    code: 'github/event',
    step: 'read the event',
    cause: `the event ${event} has no ${key}`,
    hint: 'run the Action in a workflow that GitHub starts',
  });
}
