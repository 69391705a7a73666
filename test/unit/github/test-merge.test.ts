import { expect, it } from 'vitest';
import type { Contents, PullRequest, PullRequests } from '../../../src/app/github/ports.ts';
import { testMerge } from '../../../src/app/github/test-merge.ts';

const [TIP, OLD_TIP, HEAD, OTHER, MERGE, STALE] = ['1', '2', '3', '4', '5', '6'].map((digit) =>
  digit.repeat(40),
) as [string, string, string, string, string, string];
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  [MERGE]: [TIP, HEAD],
  [STALE]: [OLD_TIP, HEAD],
};
const PULL: PullRequest = { number: 7, head: HEAD, base: 'main', isMergeable: true, isMerged: false };

/** GitHub as it answers one time after the other, the last for good: the pull request, and where its merge is. */
function github(...answers: readonly (Partial<PullRequest> & { readonly merge?: string | undefined })[]) {
  let asked = -1;
  let waitedMs = 0;
  const now = () => answers[Math.min(asked, answers.length - 1)]!;
  const contents: Pick<Contents, 'tip' | 'reference' | 'parents'> = {
    tip: async () => TIP,
    reference: async () => now().merge,
    parents: async (commit) => PARENTS[commit]!,
  };
  const pullRequests: Pick<PullRequests, 'get'> = {
    get: async () => {
      asked++;
      return { ...PULL, ...now() };
    },
  };
  const clock = { now: () => waitedMs, wait: async (ms: number) => void (waitedMs += ms) };
  const ports = { contents: contents as Contents, pullRequests: pullRequests as PullRequests, clock };
  return { ask: () => testMerge(7, HEAD, ports), waited: () => waitedMs };
}

const MERGED = { kind: 'merged', step: { base: TIP, merge: MERGE } };

it('is taken when its parents are the tip of the base and the head', async () => {
  const { ask, waited } = github({ merge: MERGE });
  expect([await ask(), waited()]).toEqual([MERGED, 0]);
});

it.each([
  ['GitHub does not know yet', { isMergeable: undefined }],
  ['there is none yet', {}],
  ['it is onto an earlier tip', { merge: STALE }],
])('is asked for again while %s', async (_, first) => {
  const { ask, waited } = github(first, first, { merge: MERGE });
  expect(await ask()).toEqual(MERGED);
  expect(waited()).toBeGreaterThan(1000);
});

it('is given up in words after a minute at most', async () => {
  const { ask, waited } = github({ merge: STALE });
  await expect(ask()).rejects.toMatchObject({ fault: { code: 'github/request' } });
  expect(waited()).toBeLessThan(60_000);
});

it.each([
  ['superseded', { head: OTHER, merge: MERGE }],
  ['conflict', { isMergeable: false }],
  ['closed', { isClosed: true, head: OTHER }],
])('is none of a pull request that is: %s', async (kind, answer) => {
  expect((await github(answer).ask()).kind).toBe(kind);
});
