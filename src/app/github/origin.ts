import type { PullRequest, PullRequests } from './ports.ts';

/** By whose consent commits are on the branch. */
export interface Origin {
  /** Merged into the branch, sorted by number. */
  readonly pulls: readonly PullRequest[];
  /** Commits that came without one. */
  readonly direct: readonly string[];
}

/** The pull requests by which commits came to a branch. */
export async function originOf(
  commits: readonly string[],
  branch: string,
  pullRequests: PullRequests,
): Promise<Origin> {
  const found = await Promise.all(
    commits.map(async (commit) => ({
      commit,
      pulls: (await pullRequests.ofCommit(commit)).filter(
        ({ isMerged, base }) => isMerged && base === branch,
      ),
    })),
  );
  const pulls = new Map(found.flatMap((each) => each.pulls).map((pull) => [pull.number, pull]));
  return {
    pulls: [...pulls.values()].toSorted((a, b) => a.number - b.number),
    direct: found.filter((each) => each.pulls.length === 0).map(({ commit }) => commit),
  };
}
