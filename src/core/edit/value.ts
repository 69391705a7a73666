/** What is written into a file. A list holds one-line texts only; a mapping keeps the order of its keys. */
export type YamlValue = string | number | readonly string[] | YamlMapping;

export interface YamlMapping {
  readonly [key: string]: YamlValue;
}

// What every reader of YAML 1.1 and 1.2 takes for text without quotes, also between braces: no sign that opens
// anything, no colon, and at least one letter that is in no number, no truth value and no date.
const PLAIN = /^[A-Za-z][A-Za-z0-9._/-]*$/;
const NOT_TEXT = /^(?:true|false|yes|no|on|off|y|n|null)$/i;
// Addresses and prefixes: several dots make no number. A leading zero would be octal to somebody.
const DOTTED = /^[0-9]+(?:\.[0-9]+){2,}(?:\/[0-9]+)?$/;

/** One scalar, quoted where a reader could take it for anything but this text. `quote` is the style where one is needed. */
export function scalarText(value: string | number, quote: "'" | '"' | '' = ''): string {
  if (typeof value === 'number') return String(value);
  if (quote === '' && isPlain(value)) return value;
  if (quote !== '"' && /^[ -~]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  // Every JSON text is YAML.
  return JSON.stringify(value);
}

function isPlain(value: string): boolean {
  return (PLAIN.test(value) && !NOT_TEXT.test(value)) || DOTTED.test(value);
}

/** A value on one line: `{ a: 1, b: [x, y] }`. */
export function flowText(value: YamlValue): string {
  if (typeof value !== 'object') return scalarText(value);
  if (isList(value)) return `[${value.map((item) => scalarText(item)).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, item]) => `${scalarText(key)}: ${flowText(item)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** `key: value` as lines of a block, the first without its indentation; `newline` ends with that indentation. */
export function pairLines(key: string, value: YamlValue, { newline, step }: BlockStyle): string {
  const name = `${scalarText(key)}:`;
  if (!isMapping(value) || isLeaf(value)) return `${name} ${flowText(value)}`;
  const inner = { newline: newline + step, step };
  const lines = Object.entries(value).map((pair) => inner.newline + pairLines(...pair, inner));
  return `${name}${lines.join('')}`;
}

export interface BlockStyle {
  /** The line break of the file, and the indentation of this block. */
  readonly newline: string;
  /** How much deeper the next level stands. */
  readonly step: string;
}

/** Without further mappings: such a one is written between braces, as keys and nodes are. */
function isLeaf(value: YamlMapping): boolean {
  return Object.values(value).every((item) => !isMapping(item));
}

export function isList(value: YamlValue): value is readonly string[] {
  return Array.isArray(value);
}

export function isMapping(value: YamlValue): value is YamlMapping {
  return typeof value === 'object' && !isList(value);
}
