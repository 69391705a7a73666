import { check, type Examined } from '../check.ts';
import { keysFileOf } from '../keys-file.ts';
import { githubFault } from './fault.ts';
import type { Contents, Entry } from './ports.ts';

/** A topology of 10,000 nodes has 0.6 MB. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A topology at one commit, with what names its content. */
export interface Source {
  readonly text: string;
  readonly examined: Examined;
}

/** Names the content of a topology and its keys file at a commit: equal where nothing changed. Undefined where there is no topology. */
export async function contentOf(
  contents: Contents,
  commit: string,
  file: string,
): Promise<string | undefined> {
  const { topology, keys } = await entries(contents, commit, file);
  return topology && `${topology.sha} ${keys?.sha ?? '-'}`;
}

/** Reads and checks a topology, as data. Undefined where there is none; what is no plain file of a bounded size is refused. */
export async function readSource(
  contents: Contents,
  commit: string,
  file: string,
): Promise<Source | undefined> {
  const { topology, keys } = await entries(contents, commit, file);
  if (!topology) return undefined;
  const [bytes, keysBytes] = await Promise.all([
    contents.blob(plain(file, topology).sha),
    keys ? contents.blob(plain(keysFileOf(file), keys).sha) : undefined,
  ]);
  const examined = check({
    topology: { file, bytes },
    ...(keysBytes ? { keys: { file: keysFileOf(file), bytes: keysBytes } } : {}),
  });
  return { text: new TextDecoder().decode(bytes), examined };
}

async function entries(contents: Contents, commit: string, file: string) {
  const [, path = '', name = ''] = /^(?:(.*)\/)?([^/]+)$/.exec(file) ?? [];
  const folder = await contents.folder(commit, path);
  return { topology: folder?.get(name), keys: folder?.get(keysFileOf(name)) };
}

const KINDS = { folder: 'a folder', link: 'a symbolic link', submodule: 'a submodule' } as const;

function plain(file: string, entry: Entry): Entry {
  if (entry.kind === 'file' && entry.size <= MAX_BYTES) return entry;
  throw githubFault({
    code: 'github/content',
    step: 'read the topology',
    cause:
      entry.kind === 'file'
        ? `\`${file}\` has ${entry.size} bytes, and ${MAX_BYTES} are read at most`
        : `\`${file}\` is ${KINDS[entry.kind]}, and only a plain file is read`,
    hint: 'commit the topology itself, as a file',
  });
}
