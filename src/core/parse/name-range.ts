/** A text that stands for one value, or with one bracket `[FIRST-LAST]` for a series of them. */
export interface Series {
  readonly before: string;
  readonly after: string;
  readonly first: number;
  readonly size: number;
  readonly digits: number;
  readonly base: 10 | 16;
}

const BRACKET = /^([^[\]]*)\[([0-9a-fA-F]{1,7})-([0-9a-fA-F]{1,7})\]([^[\]]*)$/;

export function isSeries(text: string): boolean {
  return text.includes('[') || text.includes(']');
}

/**
 * Reads a series. The bracket counts in the base that the text is written in: hexadecimal in an IPv6
 * address, decimal in everything else. Undefined when the bracket has another form or counts down.
 */
export function parseSeries(text: string): Series | undefined {
  const match = BRACKET.exec(text);
  if (!match) return undefined;
  const [, before = '', from = '', to = '', after = ''] = match;
  const base = before.includes(':') || after.includes(':') ? 16 : 10;
  if (base === 10 && /[a-f]/i.test(from + to)) return undefined;
  const first = Number.parseInt(from, base);
  const last = Number.parseInt(to, base);
  return first <= last
    ? { before, after, first, size: last - first + 1, digits: from.length, base }
    : undefined;
}

/** The text of one member, counted from 0. A name keeps the leading zeros of its bracket, an address has none. */
export function memberText(series: Series, index: number, keepZeros: boolean): string {
  const number = (series.first + index).toString(series.base);
  return series.before + (keepZeros ? number.padStart(series.digits, '0') : number) + series.after;
}
