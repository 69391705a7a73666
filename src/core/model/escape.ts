const MAX_LENGTH = 80;

// Everything that a terminal or a reader may not show as itself: control, format (with the bidirectional
// ones) and unassigned characters, lone surrogates, every blank but the plain one. The backtick would end the quotation.
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Zs}`\\]/gu;

/** Text from outside in backticks: escaped, on one line, at most 80 characters long. */
export function quote(text: string): string {
  return `\`${escapeText(text, MAX_LENGTH)}\``;
}

/** Text from outside without quotation marks: escaped, on one line, at most `maxLength` characters long. */
export function escapeText(text: string, maxLength: number): string {
  const escaped = text.slice(0, maxLength + 1).replace(UNSAFE, escapeCharacter);
  return escaped.length > maxLength ? `${escaped.slice(0, maxLength - 1)}…` : escaped;
}

function escapeCharacter(character: string): string {
  if (character === ' ') return character;
  if (character === '\\') return '\\\\';
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
}
