import { sha256 } from '../digest.ts';
import { keysFileOf } from '../keys-file.ts';
import type { Contents, Proposal, Proposals, RunLink } from './ports.ts';

interface Restoration {
  readonly file: string;
  /** Where the files are as they should be again. */
  readonly commit: string;
  readonly base: string;
  readonly reason: string;
  /** The pull requests whose changes are taken back by it. */
  readonly pulls: readonly number[];
  readonly run: RunLink;
}

/**
 * What puts a topology and its keys file back, byte for byte: git's own names of their content are reused. Undefined where the branch has
 * that content already.
 */
export async function restoration(
  { file, commit, base, reason, pulls, run }: Restoration,
  contents: Contents,
): Promise<Proposal | undefined> {
  const tip = await contents.tip(base);
  const paths = [file, keysFileOf(file)];
  const [then, now] = await Promise.all([shasOf(contents, commit, paths), shasOf(contents, tip, paths)]);
  const files = paths.flatMap((path, i) => (then[i] === now[i] ? [] : [{ path, sha: then[i] }]));
  if (files.length === 0) return undefined;
  const short = commit.slice(0, 12);
  const numbers = pulls.map((number) => `#${number}`).join(', ');
  return {
    // Named by what it goes from and to: what else comes to the branch makes it no other, and no branch is rewritten that somebody looks at.
    branch: `${branchesOf(file)}${short}-over-${sha256(now.join()).slice(0, 12)}`,
    base,
    tip,
    files,
    title: `Restore ${file} of ${short}`.slice(0, 200),
    message: `Restore ${file} of ${short}\n\n${reason}`,
    body: [
      `The hosts run what \`${file}\` was at ${commit}. This pull request makes git agree, byte for byte: its plan changes nothing, and deploying it lifts the freeze.`,
      '',
      ...(pulls.length === 0
        ? []
        : [
            `It takes back what ${numbers} changed in these files. What is still wanted of that goes into a new pull request, which is deployed once this one is merged.`,
            '',
          ]),
      `<a href="${encodeURI(run)}">This run</a> has the whole.`,
      '',
    ].join('\n'),
  };
}

/** Closes what else is open that restores this file: it goes from a state of git that is no more, and merging it would mix two states. */
export async function retireOthers(
  { file, base, why }: { readonly file: string; readonly base: string; readonly why: string },
  kept: string | undefined,
  proposals: Proposals,
): Promise<void> {
  const all = await proposals.open(base);
  const others = all.filter(({ branch }) => branch !== kept && branch.startsWith(branchesOf(file)));
  for (const { number } of others) await proposals.retire(number, why);
}

/** How the branches begin that restore a file. Its digest tells apart what reads the same in letters and digits. */
function branchesOf(file: string): string {
  return `kuiil/restore-${file.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 60)}-${sha256(file).slice(0, 8)}-`;
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
