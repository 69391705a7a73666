import { MAX_NAME, MAX_SENTENCE, visible, visibleLines } from './escape.ts';

// An entity alone does not stop GitHub's links to people, issues and addresses: they are made from the rendered text,
// where the entity is the character again. The zero-width space behind it does.
const NEVER_A_LINK = '&#8203;';

const PLAIN_CODE = /^[A-Za-z0-9/.](?:[A-Za-z0-9 ._/:,=+()-]*[A-Za-z0-9._/:,=+()-])?$/;

/** A name from outside as inline code, fit for a sentence and for the cell of a table. */
export function code(text: string, maxLength = MAX_NAME): string {
  const shown = visible(text, maxLength);
  return PLAIN_CODE.test(shown) ? `\`${shown}\`` : htmlCode(text, maxLength);
}

/** The same where Markdown is not read, as in `<summary>`. */
export function htmlCode(text: string, maxLength = MAX_NAME): string {
  return `<code>${entities(visible(text, maxLength))}</code>`;
}

/** A sentence from outside; what it quotes in backticks becomes code, and nothing else in it means anything. */
export function prose(text: string, maxLength = MAX_SENTENCE): string {
  const parts = visible(text, maxLength).split('`');
  // An odd backtick quotes nothing.
  const last = parts.length % 2 === 0 ? parts.length - 1 : parts.length;
  const quoted = parts
    .slice(0, last)
    .map((part, i) => (i % 2 === 1 ? code(part, maxLength) : sentence(part)));
  const rest = parts.slice(last).map((part) => `&#96;${sentence(part)}`);
  return [...quoted, ...rest]
    .join('')
    .replace(/^(\s*)([-+=]|\d+(?=[.)]))/, (_, blank, mark) => blank + numeric(mark));
}

/** A block of text from outside; its fence is longer than any run of backticks in it. */
export function fence(text: string | readonly string[], language = ''): string {
  const lines = typeof text === 'string' ? visibleLines(text) : text;
  const runs = lines.join('\n').match(/`+/g) ?? [];
  const mark = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${mark}${language}\n${lines.join('\n')}\n${mark}`;
}

function sentence(text: string): string {
  return text.replace(
    /[&<>"'*_[\]\\|~@#$!]|:(?=\/\/)|\.(?<=www\.)/gi,
    (mark) => numeric(mark) + (/[@#:.]/.test(mark) ? NEVER_A_LINK : ''),
  );
}

function entities(text: string): string {
  return text.replace(
    /[^A-Za-z0-9 ,/()=+\-\u{80}-\u{10ffff}]/gu,
    (mark) => numeric(mark) + (mark === '@' ? NEVER_A_LINK : ''),
  );
}

function numeric(text: string): string {
  return text.replace(/./gsu, (character) => `&#${character.codePointAt(0)!};`);
}
