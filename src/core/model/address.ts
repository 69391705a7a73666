import { IPv4, IPv6 } from 'ip-num';

export type Family = 4 | 6;

/** One IP address. `text` is canonical: dotted quad, or RFC 5952 for IPv6. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
  readonly text: string;
}

/** A CIDR block without host bits, as the closed interval [start, end]. `text` is canonical. */
export interface Prefix {
  readonly family: Family;
  readonly start: bigint;
  readonly end: bigint;
  readonly length: number;
  readonly text: string;
}

// What ip-num is asked at all: it is strict about numbers, but takes some other spellings.
const QUAD = /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/;
const GROUPS = /^[0-9a-fA-F:]{2,39}$/;

const WIDTH = { 4: 32, 6: 128 } as const;

/** The number of bits in an address of this family. */
export function width(family: Family): number {
  return WIDTH[family];
}

// The same addresses come again and again, in the routes and rules of every host, and reading one by ip-num takes 20 µs.
const read = new Map<string, Address>();
const READ_AT_MOST = 50_000;

/** Parses one address; undefined when it is neither IPv4 nor IPv6 (an IPv4-mapped `::ffff:1.2.3.4` is neither). */
export function parseAddress(text: string): Address | undefined {
  const known = read.get(text);
  if (known) return known;
  const family = text.includes(':') ? 6 : 4;
  const value = family === 4 ? parseV4(text) : parseV6(text);
  if (value === undefined) return undefined;
  const address = { family, value, text: formatAddress(family, value) } as const;
  if (read.size >= READ_AT_MOST) read.clear();
  read.set(text, address);
  return address;
}

/** The canonical text of an address. */
export function formatAddress(family: Family, value: bigint): string {
  return family === 4 ? formatV4(Number(value)) : formatV6(value);
}

export type PrefixFault =
  { readonly kind: 'malformed' } | { readonly kind: 'host-bits'; readonly canonical: string };

/**
 * Parses `address/length`. Host bits are refused and the canonical form is offered, because `wg` accepts
 * them with a warning only and then routes something else than what was written.
 */
export function parsePrefix(text: string): Prefix | PrefixFault {
  const match = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(text);
  const address = match && parseAddress(match[1]!);
  if (!address) return { kind: 'malformed' };
  const length = Number(match[2]);
  if (length > width(address.family)) return { kind: 'malformed' };
  const prefix = prefixOf(address, length);
  return prefix.start === address.value ? prefix : { kind: 'host-bits', canonical: prefix.text };
}

export function isPrefix(parsed: Prefix | PrefixFault): parsed is Prefix {
  return !('kind' in parsed);
}

/** The block of `length` bits that holds `address`. */
export function prefixOf(address: Address, length: number): Prefix {
  const size = BigInt(width(address.family) - length);
  const start = (address.value >> size) << size;
  const end = start + (1n << size) - 1n;
  return {
    family: address.family,
    start,
    end,
    length,
    text: `${formatAddress(address.family, start)}/${length}`,
  };
}

/** `address` as a block of its own: /32 or /128. */
export function hostPrefix(address: Address): Prefix {
  const { family, value, text } = address;
  const length = width(family);
  return { family, start: value, end: value, length, text: `${text}/${length}` };
}

export function containsAddress(outer: Prefix, address: Address): boolean {
  return outer.family === address.family && outer.start <= address.value && address.value <= outer.end;
}

/** Whether every address of `inner` is in `outer`. */
export function covers(outer: Prefix, inner: Prefix): boolean {
  return outer.family === inner.family && outer.start <= inner.start && inner.end <= outer.end;
}

export function overlaps(a: Prefix, b: Prefix): boolean {
  return a.family === b.family && a.start <= b.end && b.start <= a.end;
}

/** How many of their first bits two addresses of one family share. */
export function commonBits(a: Address, b: Address): number {
  const differing = a.value ^ b.value;
  return width(a.family) - (differing === 0n ? 0 : differing.toString(2).length);
}

/** IPv4 before IPv6, then by number. */
export function compareAddress(a: Address, b: Address): number {
  return a.family - b.family || compareBigint(a.value, b.value);
}

/** IPv4 before IPv6, then by first address, then the wider block first: a block comes before what it covers. */
export function comparePrefix(a: Prefix, b: Prefix): number {
  return a.family - b.family || compareBigint(a.start, b.start) || a.length - b.length;
}

function compareBigint(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// ip-num takes 12 and 36 microseconds an address: as long as YAML itself for ten thousand hosts. The two parsers
// below agree with it on every text (test/unit/parse-address.test.ts).
function parseV4(text: string): bigint | undefined {
  return QUAD.test(text) ? valueOf(() => new IPv4(text)) : undefined;
}

function parseV6(text: string): bigint | undefined {
  return GROUPS.test(text) ? valueOf(() => new IPv6(text)) : undefined;
}

/** ip-num throws bare errors for what it does not accept. */
function valueOf(parse: () => { readonly value: bigint }): bigint | undefined {
  try {
    return parse().value;
  } catch {
    return undefined;
  }
}

function formatV4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** RFC 5952: lower case, no leading zeros, the longest (first when equal) run of two or more zero groups as `::`. */
function formatV6(value: bigint): string {
  const digits = value.toString(16).padStart(32, '0');
  const groups = Array.from({ length: 8 }, (_, i) => Number.parseInt(digits.slice(4 * i, 4 * i + 4), 16));
  let best = { at: -1, size: 1 };
  for (let i = 0; i < 8; i++) {
    let size = 0;
    while (i + size < 8 && groups[i + size] === 0) size++;
    if (size > best.size) best = { at: i, size };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.at < 0) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.size).join(':')}`;
}
