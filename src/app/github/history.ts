import { compile } from '../../core/compile/compile.ts';
import { compareText } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import { release } from '../digest.ts';
import { keysFileOf } from '../keys-file.ts';
import type { Contents } from './ports.ts';
import { contentOf, readSource } from './source.ts';

/** How a topology came from what the hosts hold to what it is now. */
export interface History {
  /** The commit and the topology that the hosts are on, as git has it. */
  readonly base?: { readonly commit: string; readonly topology: Topology };
  /** The commits since then that changed the topology or its keys, the newest first. */
  readonly commits: readonly string[];
}

interface Question {
  readonly file: string;
  readonly commit: string;
  /** Where the branch was before this push. */
  readonly before: string | undefined;
  /** The release that the hub remembers; undefined: nobody knows. */
  readonly from: string | undefined;
}

/** Beyond, a repository has been deployed by other means for long. */
const MAX_COMMITS = 30;

/**
 * Finds in git what the hosts hold, by rendering what git has: the hosts say where they are, and git what led from there to here.
 * Where they say nothing, what was there before the push.
 */
export async function historyOf(question: Question, contents: Contents): Promise<History> {
  const { file, commit, before, from } = question;
  const earlier = before === undefined ? undefined : await stateOf(contents, before, file);
  const now = await contentOf(contents, commit, file);
  const isNew = before === undefined || (await contentOf(contents, before, file)) !== now;
  const commits = isNew ? [commit] : [];
  for (const each of await touching(contents, file, commit)) {
    const state = await stateOf(contents, each, file);
    const isBase = from === undefined ? state?.content === earlier?.content : state?.release === from;
    if (isBase) {
      // How hosts are logged in to is in no release: of two commits with the same, the one before the push knows it best.
      const base =
        earlier?.topology && (from === undefined || earlier.release === from)
          ? { ...earlier, commit: before! }
          : { ...state, commit: each };
      return {
        ...(base.topology ? { base: { commit: base.commit, topology: base.topology } } : {}),
        commits,
      };
    }
    if (!commits.includes(each)) commits.push(each);
  }
  if (from !== undefined) return historyOf({ ...question, from: undefined }, contents);
  const base = earlier?.topology && { commit: before!, topology: earlier.topology };
  return { ...(base ? { base } : {}), commits: commits.slice(0, 1) };
}

async function touching(contents: Contents, file: string, commit: string): Promise<readonly string[]> {
  const lists = await Promise.all(
    [file, keysFileOf(file)].map((path) => contents.touching(path, commit, MAX_COMMITS)),
  );
  const sorted = lists.flat().toSorted((a, b) => compareText(b.at, a.at));
  return [...new Set(sorted.map((each) => each.commit))];
}

interface State {
  readonly content: string | undefined;
  readonly topology?: Topology;
  readonly release?: string;
}

async function stateOf(contents: Contents, commit: string, file: string): Promise<State> {
  const content = await contentOf(contents, commit, file);
  const topology = (await readSource(contents, commit, file))?.examined.value;
  if (!topology) return { content };
  return { content, topology, release: release(compile(topology), topology.wireguard.interface).digest };
}
