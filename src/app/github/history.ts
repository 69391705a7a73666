import { compile } from '../../core/compile/compile.ts';
import { compareText } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import { release } from '../digest.ts';
import { keysFileOf } from '../keys-file.ts';
import type { Contents } from './ports.ts';
import { contentOf, readSource } from './source.ts';

/** How a topology came from what the hosts hold to what it is now. */
export interface History {
  /** What the hosts are on, as git has it. */
  readonly base?: Topology;
  /** The commit that has it, where it renders what the hosts hold. */
  readonly held?: string;
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

/** Finds in git what led to what is deployed now: from what the hosts hold, or where git does not know that, from what was there before the push. */
export async function historyOf(question: Question, contents: Contents): Promise<History> {
  const { file, commit, before } = question;
  const earlier = before === undefined ? undefined : await stateOf(contents, before, file);
  const isNew = earlier === undefined || earlier.content !== (await contentOf(contents, commit, file));
  const walk: Walk = {
    contents,
    file,
    before,
    earlier,
    pushed: isNew ? [commit] : [],
    touching: await touching(contents, file, commit),
  };
  return (question.from && (await sinceRelease(question.from, walk))) || sincePush(walk);
}

interface Walk {
  readonly contents: Contents;
  readonly file: string;
  readonly before: string | undefined;
  /** What was there before the push. */
  readonly earlier: State | undefined;
  /** The commit itself, where it changes something. */
  readonly pushed: readonly string[];
  /** The commits that changed the files, the newest first. */
  readonly touching: readonly string[];
}

/** Back to the newest commit that renders what the hosts hold. Undefined where none does. */
async function sinceRelease(
  from: string,
  { contents, file, before, earlier, pushed, touching }: Walk,
): Promise<History | undefined> {
  const commits = new Set(pushed);
  for (const each of touching) {
    const state = await stateOf(contents, each, file);
    // How hosts are logged in to is in no release: of two commits with the same, the one before the push knows it best.
    if (state.release === from) {
      const isEarlier = before !== undefined && earlier?.release === from;
      const held = isEarlier ? before : each;
      return { ...baseOf(isEarlier ? earlier : state), held, commits: [...commits] };
    }
    commits.add(each);
  }
  return undefined;
}

/** What came with the push, and at least the newest change: a push that was refused is not forgotten by the next one. */
async function sincePush({ contents, file, earlier, pushed, touching }: Walk): Promise<History> {
  const commits = new Set([...pushed, ...touching.slice(0, 1)]);
  for (const each of touching) {
    if ((await contentOf(contents, each, file)) === earlier?.content) break;
    commits.add(each);
  }
  return { ...baseOf(earlier), commits: [...commits] };
}

function baseOf(state: State | undefined): Pick<History, 'base'> {
  return state?.topology ? { base: state.topology } : {};
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
