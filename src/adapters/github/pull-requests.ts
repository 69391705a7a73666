import type { Authority, Comment, Comments, PullRequest, PullRequests } from '../../app/github/ports.ts';
import type { Client } from './client.ts';
import { readComment } from './comment.ts';
import { asked, found } from './failure.ts';

const PAGE = 100;

export function githubPullRequests(client: Client): PullRequests {
  const { octokit, at } = client;
  return {
    async get(number) {
      const { data } = await asked(
        `read pull request ${number}`,
        octokit.rest.pulls.get({ ...at, pull_number: number }),
      );
      return { ...pullRequest(data), isMergeable: data.mergeable ?? undefined };
    },
    async ofCommit(commit) {
      const pulls = await found(
        'ask which pull requests a commit came with',
        octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
          ...at,
          commit_sha: commit,
          per_page: PAGE,
        }),
      );
      return (pulls ?? []).map(pullRequest);
    },
    comments: (number) => comments(client, number),
  };
}

export function githubComments(client: Client): Comments {
  const { octokit, at } = client;
  return {
    comments: (number) => comments(client, number),
    async create(number, body) {
      await asked(
        `comment on pull request ${number}`,
        // Whoever sends it twice says it twice: whether it arrived is seen by looking.
        octokit.rest.issues.createComment({ ...at, issue_number: number, body, request: { retries: 0 } }),
      );
    },
    async edit(id, body) {
      await asked('edit our comment', octokit.rest.issues.updateComment({ ...at, comment_id: id, body }));
    },
  };
}

/** The open ones into a branch, the last changed first; a hundred at most. */
export async function openPullRequests(
  { octokit, at }: Client,
  branch: string,
): Promise<readonly PullRequest[]> {
  const { data } = await asked(
    `list the open pull requests into ${branch}`,
    octokit.rest.pulls.list({
      ...at,
      state: 'open',
      base: branch,
      sort: 'updated',
      direction: 'desc',
      per_page: PAGE,
    }),
  );
  return data.map(pullRequest);
}

export function githubAuthority({ octokit, at }: Client): Authority {
  return {
    async mayWrite(login) {
      const answer = await found(
        `ask what ${login} may do`,
        octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: login }),
      );
      return answer?.data.permission === 'admin' || answer?.data.permission === 'write';
    },
  };
}

async function comments({ octokit, at }: Client, number: number): Promise<readonly Comment[]> {
  const all = await asked(
    `read the comments of pull request ${number}`,
    octokit.paginate(octokit.rest.issues.listComments, { ...at, issue_number: number, per_page: PAGE }),
  );
  return all.map(readComment);
}

interface RawPullRequest {
  readonly number: number;
  readonly state: string;
  readonly head: { readonly sha: string };
  readonly base: { readonly ref: string };
  readonly merged_at: string | null;
}

function pullRequest({ number, state, head, base, merged_at }: RawPullRequest): PullRequest {
  return {
    number,
    head: head.sha,
    base: base.ref,
    isMergeable: undefined,
    isMerged: merged_at !== null,
    isClosed: state === 'closed',
  };
}
