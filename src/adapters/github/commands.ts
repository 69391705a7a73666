import type { CommandPorts } from '../../app/command/answer-comment.ts';
import type { Client } from './client.ts';
import { asError, asked, found, statusOf } from './failure.ts';
import { readComment } from './comment.ts';
import { githubAuthority, githubComments, githubPullRequests } from './pull-requests.ts';

export interface Workflow {
  /** The file's name in `.github/workflows`. */
  readonly file: string;
  readonly branch: string;
}

/** What answers comments, by GitHub's API; plans are made elsewhere. */
export function githubCommands(client: Client, workflow: Workflow): Omit<CommandPorts, 'plan'> {
  const { octokit, at } = client;
  const pullRequests = githubPullRequests(client);
  const comments = githubComments(client);
  return {
    async comment(id) {
      const answer = await found(
        `read comment ${id}`,
        octokit.rest.issues.getComment({ ...at, comment_id: id }),
      );
      if (!answer) return undefined;
      return { ...readComment(answer.data), createdAt: Date.parse(answer.data.created_at) };
    },
    pullRequest: (number) => pullRequests.get(number),
    authority: githubAuthority(client),
    async react(id, content) {
      const request = octokit.rest.reactions.createForIssueComment({ ...at, comment_id: id, content });
      // 201: made; 200: it was there.
      return (await asked('react to a comment', request)).status === 201;
    },
    reply: (number, body) => comments.create(number, body),
    async dispatch(inputs) {
      const { file, branch } = workflow;
      const answer = await taken(
        `start the workflow ${file}`,
        octokit.request('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', {
          ...at,
          workflow_id: file,
          ref: branch,
          inputs,
          return_run_details: true,
          // Who starts it twice has two runs.
          request: { retries: 0 },
        }),
      );
      if (!answer) return undefined;
      return runUrl(answer.data) ?? `https://github.com/${at.owner}/${at.repo}/actions/workflows/${file}`;
    },
    today: () => Date.now(),
  };
}

/** Undefined when GitHub says that the workflow has no such input, or no such choice of it. */
async function taken<T>(what: string, request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    return statusOf(error) === 422 ? undefined : asked(what, Promise.reject(asError(error)));
  }
}

/** Where the run is, if GitHub told: older servers answer nothing. */
function runUrl(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('html_url' in data)) return undefined;
  return typeof data.html_url === 'string' && data.html_url.startsWith('https://')
    ? data.html_url
    : undefined;
}
