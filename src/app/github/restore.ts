import { keysFileOf } from '../keys-file.ts';
import type { Contents, Proposals, Proposed, RunLink } from './ports.ts';

interface Restoration {
  readonly file: string;
  /** Where the files are as they should be again. */
  readonly commit: string;
  readonly base: string;
  readonly reason: string;
  readonly run: RunLink;
}

/**
 * Proposes a pull request that puts a topology and its keys file back, byte for byte: git's own names of their content are reused. Undefined
 * where the branch has that content already.
 */
export async function proposeRestoration(
  { file, commit, base, reason, run }: Restoration,
  ports: { readonly contents: Contents; readonly proposals: Proposals },
): Promise<Proposed | undefined> {
  const tip = await ports.contents.tip(base);
  const paths = [file, keysFileOf(file)];
  const [then, now] = await Promise.all([
    shasOf(ports.contents, commit, paths),
    shasOf(ports.contents, tip, paths),
  ]);
  const files = paths.flatMap((path, i) => (then[i] === now[i] ? [] : [{ path, sha: then[i] }]));
  if (files.length === 0) return undefined;
  const short = commit.slice(0, 12);
  return ports.proposals.propose({
    // Another tip is another change, so that no branch is ever rewritten that somebody looks at.
    branch: `kuiil/restore-${slug(file)}-${short}-onto-${tip.slice(0, 12)}`,
    base,
    tip,
    files,
    title: `Restore ${file} of ${short}`.slice(0, 200),
    message: `Restore ${file} of ${short}\n\n${reason}`,
    body: [
      `The hosts run what \`${file}\` was at ${commit}. This pull request makes git agree, byte for byte: its plan changes nothing, and deploying it lifts the freeze.`,
      '',
      `<a href="${encodeURI(run)}">This run</a> has the whole.`,
      '',
    ].join('\n'),
  });
}

function slug(file: string): string {
  return file.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 60);
}

async function shasOf(
  contents: Contents,
  commit: string,
  paths: readonly string[],
): Promise<readonly (string | undefined)[]> {
  return Promise.all(
    paths.map(async (each) => {
      const [, path = '', name = ''] = /^(?:(.*)\/)?([^/]+)$/.exec(each) ?? [];
      const entry = (await contents.folder(commit, path))?.get(name);
      return entry?.kind === 'file' ? entry.sha : undefined;
    }),
  );
}
