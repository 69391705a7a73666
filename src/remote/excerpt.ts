/**
 * The part of kuiil-host that one verb needs: what stands outside of functions, and every function that is named there, or in a
 * function that is. Any word counts, also one in a string, so that this may take too much and never too little.
 *
 * It relies on how the script is written: a function begins a line, and ends where `}` is a line; `main` computes the names of `verb_…`
 * functions, and nothing else computes names.
 *
 * @returns its pieces in the order of the script; enough to answer that there is no such verb, where there is none.
 */
export function excerpt(script: string, verb: string): string {
  const pieces = piecesOf(script);
  const functions = new Map(pieces.flatMap((piece) => (piece.name ? [[piece.name, piece]] : [])));
  const needed = new Set(pieces.filter(({ name }) => !name));
  const add = (name: string) => {
    const found = functions.get(name);
    if (found) needed.add(found);
  };
  add(`verb_${verb}`);
  add(`bare_${verb}`);
  for (const { words } of needed) words.forEach(add);
  return pieces.flatMap((piece) => (needed.has(piece) ? [piece.text] : [])).join('\n');
}

/** A function, or what stands before, between and after them. */
interface Piece {
  readonly name: string | undefined;
  readonly text: string;
  readonly words: readonly string[];
}

const HEAD = /^([a-z][a-z0-9_]*)\(\) \{/;
const ONE_LINE = /^[a-z0-9_]+\(\) \{ [^#].*\}(?: #.*)?$/;
const REMARKS = /^[\t ]*#.*$|^[a-z0-9_]+\(\) \{ #.*$/gm;

function piecesOf(script: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const lines = script.split('\n');
  for (let at = 0; at < lines.length;) {
    const name = HEAD.exec(lines[at]!)?.[1];
    const end = !name || ONE_LINE.test(lines[at]!) ? at : lines.indexOf('}', at);
    if (end < 0) throw new Error(`the function ${name} has no end`);
    const text = lines.slice(at, end + 1).join('\n');
    pieces.push({ name, text, words: text.replaceAll(REMARKS, '').match(/\w+/g) ?? [] });
    at = end + 1;
  }
  return pieces;
}
