import type { Proposal, Proposals, Proposed } from '../../app/github/ports.ts';
import type { Client } from './client.ts';
import { asked, found, statusOf } from './failure.ts';
import { githubComments } from './pull-requests.ts';

const PAGE = 100;

/** Makes branches and pull requests out of content that git has already; `server` is where people look at them. */
export function githubProposals(client: Client, server: string): Proposals {
  const { octokit, at } = client;
  return {
    async propose(proposal) {
      const { branch, base, title, body } = proposal;
      const open = await asked(
        `look for a pull request from ${branch}`,
        octokit.rest.pulls.list({ ...at, head: `${at.owner}:${branch}`, base, state: 'open' }),
      );
      const [there] = open.data;
      if (there) return { number: there.number, head: there.head.sha, link: there.html_url };
      const head = await push(client, proposal);
      try {
        const { data } = await octokit.rest.pulls.create({ ...at, title, body, head: branch, base });
        return { number: data.number, head, link: data.html_url };
      } catch (error) {
        // The setting that lets workflows open pull requests is off.
        if (statusOf(error) === 403) return byHand(proposal, head, `${server}/${at.owner}/${at.repo}`);
        return asked('open a pull request', Promise.reject(error));
      }
    },
    async isKnown({ branch, base }) {
      const all = await asked(
        `look for what was proposed from ${branch}`,
        octokit.rest.pulls.list({ ...at, head: `${at.owner}:${branch}`, base, state: 'all' }),
      );
      return all.data.length > 0 || (await hasBranch(client, branch));
    },
    async open(base) {
      const all = await asked(
        `list the open pull requests into ${base}`,
        octokit.paginate(octokit.rest.pulls.list, { ...at, base, state: 'open', per_page: PAGE }),
      );
      const isHere = `${at.owner}/${at.repo}`.toLowerCase();
      return all
        .filter(({ head }) => head.repo?.full_name.toLowerCase() === isHere)
        .map(({ number, head }) => ({ number, branch: head.ref }));
    },
    async retire(number, why) {
      await githubComments(client).create(number, why);
      await asked(
        `close pull request ${number}`,
        octokit.rest.pulls.update({ ...at, pull_number: number, state: 'closed' }),
      );
    },
  };
}

async function hasBranch({ octokit, at }: Client, branch: string): Promise<boolean> {
  const ref = octokit.rest.git.getRef({ ...at, ref: `heads/${branch}` });
  return (await found(`ask for the branch ${branch}`, ref)) !== undefined;
}

function byHand({ branch, base }: Proposal, head: string, repository: string): Proposed {
  return { number: undefined, head, link: `${repository}/compare/${base}...${branch}?expand=1` };
}

/** The branch as one commit upon the tip; answers it. */
async function push(client: Client, { branch, tip, files, message }: Proposal): Promise<string> {
  const { octokit, at } = client;
  const { data: commit } = await asked(
    'read the tip of the branch',
    octokit.rest.git.getCommit({ ...at, commit_sha: tip }),
  );
  const { data: tree } = await asked(
    'write a tree',
    octokit.rest.git.createTree({
      ...at,
      base_tree: commit.tree.sha,
      // Without content a path is taken out.
      tree: files.map(({ path, sha }) => ({ path, mode: '100644', type: 'blob', sha: sha ?? null })),
    }),
  );
  const { data: made } = await asked(
    'write a commit',
    octokit.rest.git.createCommit({ ...at, message, tree: tree.sha, parents: [tip] }),
  );
  const ref = `heads/${branch}`;
  const exists = await hasBranch(client, branch);
  const step = `write the branch ${branch}`;
  if (exists) await asked(step, octokit.rest.git.updateRef({ ...at, ref, sha: made.sha, force: true }));
  else await asked(step, octokit.rest.git.createRef({ ...at, ref: `refs/${ref}`, sha: made.sha }));
  return made.sha;
}
