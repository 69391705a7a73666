import type { Contents, Entry, Folder } from '../../app/github/ports.ts';
import { githubFault } from '../../app/github/fault.ts';
import type { Client } from './client.ts';
import { asked, found } from './failure.ts';

/** Git's own modes. What a link points to is never read: it may lead to any other file. */
const KINDS: Readonly<Record<string, Entry['kind']>> = {
  '100644': 'file',
  '100755': 'file',
  '040000': 'folder',
  '120000': 'link',
  '160000': 'submodule',
};

/**
 * Reads git's trees and blobs. Unlike GitHub's contents they tell a link from a file, say how large a file is before it is
 * fetched, and name equal content equally.
 */
export function githubContents({ octokit, at }: Client): Contents {
  const trees = new Map<string, Promise<Folder | undefined>>();
  const blobs = new Map<string, Promise<Uint8Array>>();
  const tree = (sha: string) => remember(trees, sha, () => readTree(sha));

  async function readTree(sha: string): Promise<Folder | undefined> {
    const answer = await found(`read the folder ${sha}`, octokit.rest.git.getTree({ ...at, tree_sha: sha }));
    if (answer?.data.truncated) {
      throw githubFault({
        code: 'github/content',
        step: 'read a folder',
        cause: 'a folder on the way to the topology has more entries than GitHub lists',
        hint: 'keep the topology in a folder with fewer files',
      });
    }
    return answer && new Map(answer.data.tree.map(entryOf));
  }

  async function readBlob(sha: string): Promise<Uint8Array> {
    const { data } = await asked('read a file', octokit.rest.git.getBlob({ ...at, file_sha: sha }));
    return data.encoding === 'base64'
      ? Buffer.from(data.content, 'base64')
      : new TextEncoder().encode(data.content);
  }

  return {
    async tip(branch) {
      const { data } = await asked(
        `ask for the branch ${branch}`,
        octokit.rest.git.getRef({ ...at, ref: `heads/${branch}` }),
      );
      return data.object.sha;
    },
    async reference(ref) {
      const answer = await found(`ask for ${ref}`, octokit.rest.git.getRef({ ...at, ref }));
      return answer?.data.object.sha;
    },
    async parents(commit) {
      const { data } = await asked(
        'read a commit',
        octokit.rest.git.getCommit({ ...at, commit_sha: commit }),
      );
      return data.parents.map(({ sha }) => sha);
    },
    async isAncestor(commit, later) {
      const answer = await found(
        'ask how two commits are related',
        octokit.rest.repos.compareCommitsWithBasehead({
          ...at,
          basehead: `${commit}...${later}`,
          per_page: 1,
        }),
      );
      return answer?.data.status === 'ahead' || answer?.data.status === 'identical';
    },
    async folder(commit, path) {
      let folder = await tree(commit);
      for (const name of path === '' ? [] : path.split('/')) {
        const entry = folder?.get(name);
        folder = entry?.kind === 'folder' ? await tree(entry.sha) : undefined;
      }
      return folder;
    },
    blob: (sha) => remember(blobs, sha, () => readBlob(sha)),
    async touching(path, commit, limit) {
      const { data } = await asked(
        'read the history',
        octokit.rest.repos.listCommits({ ...at, sha: commit, path, per_page: limit }),
      );
      return data.map(({ sha, commit: { committer } }) => ({ commit: sha, at: committer?.date ?? '' }));
    },
  };
}

function entryOf(entry: {
  readonly path?: string;
  readonly mode?: string;
  readonly sha?: string | null;
  readonly size?: number;
}): [string, Entry] {
  const { path = '', mode = '', sha, size = 0 } = entry;
  return [path, { kind: KINDS[mode] ?? 'link', sha: sha ?? '', size }];
}

async function remember<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const answer = known.get(key) ?? read();
  known.set(key, answer);
  return answer;
}
