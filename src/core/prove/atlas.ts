import { comparePrefix, type Address, type Family, type Prefix } from '../model/address.ts';
import type { HostState } from '../model/host-state.ts';
import { longestPrefix } from './lookup.ts';
import type { World } from './world.ts';

/**
 * Every prefix of a family that stands in any table, sorted, each once. Between two neighbouring boundaries all tables say
 * the same of every address: one of them stands for all.
 */
export function atlas({ places }: World, family: Family): readonly Prefix[] {
  const lists = new Set([...places.values()].flatMap(({ state }) => (state ? tables(state) : [])));
  // Every table is much like the longest, and most of its entries are the very same objects.
  const [longest = [], ...others] = [...lists].toSorted((a, b) => b.length - a.length);
  const base = longest.filter((prefix) => prefix.family === family);
  const more = new Map<string, Prefix>();
  for (const list of others) for (const prefix of unknown(base, list, family)) more.set(prefix.text, prefix);
  return more.size === 0 ? base : [...base, ...more.values()].toSorted(comparePrefix);
}

/** The block of an address that all tables treat alike, by number; addresses outside of all of them share -1. */
export function blockOf(prefixes: readonly Prefix[], address: Address): number {
  return longestPrefix(prefixes, address);
}

/** One address of each block into which tables divide a range, with what it is in; none of `except`. */
export function samples(
  prefixes: readonly Prefix[],
  range: Prefix,
  except: readonly Prefix[],
): readonly { readonly address: bigint; readonly block: Prefix }[] {
  const inner = [...inside(prefixes, range), ...except.filter((each) => isStrictlyIn(range, each))].toSorted(
    comparePrefix,
  );
  const blocks = [range, ...inner].filter(
    (block) => !except.some((each) => each.start <= block.start && block.end <= each.end),
  );
  return blocks.flatMap((block) => {
    const address = free(block, inner);
    return address === undefined ? [] : [{ address, block }];
  });
}

function tables({ routes, wireguard }: HostState): (readonly Prefix[])[] {
  return [
    ...routes.map((group) => group.destinations),
    ...(wireguard?.peers ?? []).map((peer) => peer.allowedIPs),
  ];
}

/** The entries of a sorted list that are not in another; nearly all are, in the same order. */
function unknown(base: readonly Prefix[], list: readonly Prefix[], family: Family): readonly Prefix[] {
  const found: Prefix[] = [];
  let at = 0;
  for (const prefix of list) {
    if (prefix.family !== family) continue;
    while (at < base.length && base[at] !== prefix && comparePrefix(base[at]!, prefix) < 0) at++;
    if (at < base.length && (base[at] === prefix || comparePrefix(base[at]!, prefix) === 0)) at++;
    else found.push(prefix);
  }
  return found;
}

function inside(prefixes: readonly Prefix[], range: Prefix): readonly Prefix[] {
  let low = 0;
  let high = prefixes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (prefixes[middle]!.start < range.start) low = middle + 1;
    else high = middle;
  }
  const found: Prefix[] = [];
  for (; low < prefixes.length && prefixes[low]!.start <= range.end; low++)
    if (isStrictlyIn(range, prefixes[low]!)) found.push(prefixes[low]!);
  return found;
}

function isStrictlyIn(outer: Prefix, inner: Prefix): boolean {
  return (
    outer.family === inner.family &&
    outer.length < inner.length &&
    outer.start <= inner.start &&
    inner.end <= outer.end
  );
}

/** The first address of a block that is in none of the smaller ones; they are sorted. */
function free(block: Prefix, smaller: readonly Prefix[]): bigint | undefined {
  let address = block.start;
  for (const each of smaller) {
    if (!isStrictlyIn(block, each) || each.end < address) continue;
    if (each.start > address) return within(address, each.start - 1n);
    address = each.end + 1n;
  }
  return address <= block.end ? within(address, block.end) : undefined;
}

/** Not the first address where there is another: it may be the network's own. */
function within(first: bigint, last: bigint): bigint {
  return first < last ? first + 1n : first;
}
