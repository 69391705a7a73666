import type { Clock } from '../ports.ts';
import { githubFault } from './fault.ts';
import type { Contents, PullRequest, PullRequests } from './ports.ts';

/** What a pull request would make of the branch that it is for. */
export interface TestMerge {
  /** The tip of that branch. */
  readonly base: string;
  readonly merge: string;
}

export type Merged =
  | { readonly kind: 'merged'; readonly step: TestMerge }
  /** Other commits have been pushed since this run was started: their own run tells about them. */
  | { readonly kind: 'superseded'; readonly by: string }
  | { readonly kind: 'conflict'; readonly base: string }
  /** Somebody edits what was merged long ago, or runs an old run again. */
  | { readonly kind: 'closed' };

interface Ports {
  readonly contents: Contents;
  readonly pullRequests: PullRequests;
  readonly clock: Clock;
}

const TRIES = 12;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 5000;

/**
 * The merge that GitHub makes to test a pull request, against the tip of its base. It is made when somebody asks for the pull
 * request, takes a moment, and is made anew when the base has moved.
 */
export async function testMerge(number: number, head: string, ports: Ports): Promise<Merged> {
  const { contents, pullRequests, clock } = ports;
  for (let tried = 0; tried < TRIES; tried++) {
    if (tried > 0) await clock.wait(Math.min(FIRST_WAIT_MS * 2 ** (tried - 1), MAX_WAIT_MS));
    const pull = await pullRequests.get(number);
    if (pull.isClosed) return { kind: 'closed' };
    if (pull.head !== head) return { kind: 'superseded', by: pull.head };
    if (pull.isMergeable === false) return { kind: 'conflict', base: pull.base };
    const step = pull.isMergeable === true ? await current(pull, contents) : undefined;
    if (step) return { kind: 'merged', step };
  }
  throw githubFault({
    code: 'github/request',
    step: 'find the test merge',
    cause: `GitHub has not merged ${head.slice(0, 12)} into the tip of its base for a test`,
    hint: 'run the job again in a minute',
  });
}

async function current(
  { number, head, base }: PullRequest,
  contents: Contents,
): Promise<TestMerge | undefined> {
  const [tip, merge] = await Promise.all([contents.tip(base), contents.reference(`pull/${number}/merge`)]);
  if (merge === undefined) return undefined;
  const [onto, merged] = await contents.parents(merge);
  return onto === tip && merged === head ? { base: tip, merge } : undefined;
}
