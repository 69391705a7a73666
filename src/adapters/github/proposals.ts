import type { Proposal, Proposals, Proposed } from '../../app/github/ports.ts';
import type { Client } from './client.ts';
import { asked, found, statusOf } from './failure.ts';

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
  };
}

function byHand({ branch, base }: Proposal, head: string, repository: string): Proposed {
  return { number: undefined, head, link: `${repository}/compare/${base}...${branch}?expand=1` };
}

/** The branch as one commit upon the tip; answers it. */
async function push({ octokit, at }: Client, { branch, tip, files, message }: Proposal): Promise<string> {
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
  const exists = await found(`ask for the branch ${branch}`, octokit.rest.git.getRef({ ...at, ref }));
  const step = `write the branch ${branch}`;
  if (exists) await asked(step, octokit.rest.git.updateRef({ ...at, ref, sha: made.sha, force: true }));
  else await asked(step, octokit.rest.git.createRef({ ...at, ref: `refs/${ref}`, sha: made.sha }));
  return made.sha;
}
