import { githubFault } from './fault.ts';

/** A path in parts; `*` in a part stands for any run of characters but a slash, and a part `**` for any folders. */
export type Pattern = readonly string[];

/** One pattern a line, from the root of the repository. */
export function parsePatterns(text: string): readonly Pattern[] {
  const lines = text.split(/[\n,]/).map((line) => line.trim().replace(/^\.\//, ''));
  const patterns = lines.filter((line) => line !== '').map((line) => line.split('/'));
  const wrong = patterns.find((parts) => parts.some((part) => ['', '.', '..'].includes(part)));
  if (patterns.length > 0 && wrong === undefined) return patterns;
  throw githubFault({
    code: 'github/input',
    step: 'read the input topology',
    cause: wrong ? `\`${wrong.join('/')}\` is no path inside the repository` : 'the input topology is empty',
    hint: 'write a path such as topology.yaml or networks/*/topology.yaml',
  });
}

/** Whether a name matches one part of a pattern. A name that begins with a dot has to be asked for. */
export function matches(part: string, name: string): boolean {
  if (name.startsWith('.') && !part.startsWith('.')) return false;
  const pieces = part.split('*');
  if (pieces.length === 1) return part === name;
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  // Without a regular expression: no name makes this slow.
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}

export function isLiteral(pattern: Pattern): boolean {
  return pattern.every((part) => !part.includes('*'));
}
