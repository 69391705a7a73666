import { quote } from '../../core/model/escape.ts';
import { compareText } from '../../core/model/name.ts';
import { githubFault } from './fault.ts';
import { matches, type Pattern } from './patterns.ts';
import type { Contents } from './ports.ts';

/** Beyond, a pattern reads half of a large repository, one request a folder. */
const MAX_FOLDERS = 300;
const MAX_TOPOLOGIES = 50;

/** The files of a commit that match, sorted; keys files are none of them. */
export async function selectTopologies(
  contents: Contents,
  commit: string,
  patterns: readonly Pattern[],
): Promise<readonly string[]> {
  const found = new Set<string>();
  let folders = 0;
  const visit = async (path: string, pattern: Pattern): Promise<void> => {
    if (++folders > MAX_FOLDERS) throw tooMany(`more than ${MAX_FOLDERS} folders would have to be looked at`);
    const folder = await contents.folder(commit, path);
    const [part, ...rest] = pattern;
    if (!folder || part === undefined) return;
    if (part === '**') await visit(path, rest);
    for (const [name, { kind }] of folder) {
      const below = path === '' ? name : `${path}/${name}`;
      const isMatch = part === '**' ? !name.startsWith('.') : matches(part, name);
      if (!isMatch) continue;
      if (kind === 'folder') await visit(below, part === '**' ? pattern : rest);
      else if (rest.length === 0 && part !== '**' && !/\.keys\.ya?ml$/.test(name))
        found.add(printable(below));
    }
  };
  for (const pattern of patterns) await visit('', pattern);
  if (found.size > MAX_TOPOLOGIES) throw tooMany(`${found.size} files match it`);
  return [...found].toSorted(compareText);
}

/** A name with a line break in it would be two lines in an output. */
function printable(path: string): string {
  if (!/[\p{C}\p{Zl}\p{Zp}]/u.test(path)) return path;
  throw githubFault({
    code: 'github/content',
    step: 'find the topologies',
    cause: `the name ${quote(path)} has characters that cannot be seen`,
    hint: 'rename the file',
  });
}

function tooMany(cause: string): Error {
  return githubFault({
    code: 'github/input',
    step: 'find the topologies',
    cause: `the input topology is too wide: ${cause}`,
    hint: `name the folders, so that it matches ${MAX_TOPOLOGIES} files at most`,
  });
}
