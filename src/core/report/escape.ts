// Control and format characters (with the bidirectional ones), lone surrogates, what Unicode has not assigned, and
// every blank but the plain one. Backslashes and backticks stay: text that `quote()` has escaped must not change again.
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Zs}]/gu;

/** The longest name, path or address that a report shows whole: a host name has at most 127 characters. */
export const MAX_NAME = 160;

/** The longest sentence that a report shows whole. */
export const MAX_SENTENCE = 1000;

/** Text from outside on one line, of at most `maxLength` characters: what cannot be seen is written as `\u{…}`. */
export function visible(text: string, maxLength = MAX_SENTENCE): string {
  return bounded(escapeUnseen(text.slice(0, maxLength + 1)), maxLength);
}

/** The lines of a text from outside, each made visible; tabs stay. */
export function visibleLines(text: string, maxLength = MAX_SENTENCE): readonly string[] {
  return text.split(/\r?\n/).map((line) => visibleLine(line, maxLength));
}

/** As `visible`, but tabs stay: for content of files. */
export function visibleLine(line: string, maxLength = MAX_SENTENCE): string {
  return bounded(
    line
      .slice(0, maxLength + 1)
      .split('\t')
      .map(escapeUnseen)
      .join('\t'),
    maxLength,
  );
}

function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, (character) => {
    if (character === ' ') return character;
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}

function bounded(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // Half of a surrogate pair is no character.
  return `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
