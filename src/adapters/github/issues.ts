import type { Issues } from '../../app/github/ports.ts';
import type { Client } from './client.ts';
import { asked } from './failure.ts';

const PAGE = 100;

export function githubIssues({ octokit, at }: Client): Issues {
  return {
    async labelled(label) {
      const all = await asked(
        `read the issues labelled ${label}`,
        octokit.paginate(octokit.rest.issues.listForRepo, {
          ...at,
          labels: label,
          state: 'all',
          sort: 'created',
          direction: 'asc',
          per_page: PAGE,
        }),
      );
      return all
        .filter((issue) => issue.pull_request === undefined)
        .map((issue) => ({
          number: issue.number,
          isOpen: issue.state === 'open',
          body: issue.body ?? '',
          author: { login: issue.user?.login ?? '', isPerson: issue.user?.type === 'User' },
          app: issue.performed_via_github_app?.id,
        }));
    },
    async create({ title, body, label }) {
      await asked(
        'open an issue',
        // Whoever sends it twice opens two: the next run finds the first.
        octokit.rest.issues.create({ ...at, title, body, labels: [label], request: { retries: 0 } }),
      );
    },
    async update(number, { body, isOpen }) {
      await asked(
        `bring issue ${number} up to date`,
        octokit.rest.issues.update({ ...at, issue_number: number, body, state: isOpen ? 'open' : 'closed' }),
      );
    },
    async comment(number, body) {
      await asked(
        `comment on issue ${number}`,
        octokit.rest.issues.createComment({ ...at, issue_number: number, body, request: { retries: 0 } }),
      );
    },
  };
}
