import { covers, type Address, type Prefix } from '../model/address.ts';

/** A list of prefixes that can be asked for the most specific one that holds an address. */
interface Index {
  /** For each entry the position of the nearest one that covers it, or -1; absent where none covers another. */
  readonly parents?: Int32Array;
}

// By identity: the nodes of a cluster share their lists, and so are thousands of them indexed once.
const indexes = new WeakMap<readonly Prefix[], Index>();

/** The position of the most specific prefix of one family that holds the address, or -1. `list` is sorted by `comparePrefix`. */
export function longestPrefix(list: readonly Prefix[], address: Address): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = list[middle]!;
    const before =
      entry.family < address.family || (entry.family === address.family && entry.start <= address.value);
    if (before) low = middle + 1;
    else high = middle;
  }
  const { parents } = indexOf(list);
  for (let at = low - 1; at >= 0; at = parents?.[at] ?? -1) {
    const { family, end } = list[at]!;
    if (family === address.family && address.value <= end) return at;
  }
  return -1;
}

function indexOf(list: readonly Prefix[]): Index {
  let index = indexes.get(list);
  if (!index) {
    index = isNested(list) ? { parents: parentsOf(list) } : {};
    indexes.set(list, index);
  }
  return index;
}

function isNested(list: readonly Prefix[]): boolean {
  for (let i = 1; i < list.length; i++) if (covers(list[i - 1]!, list[i]!)) return true;
  return false;
}

/** In a sorted list a prefix comes after everything that covers it. */
function parentsOf(list: readonly Prefix[]): Int32Array {
  const parents = new Int32Array(list.length).fill(-1);
  let open = -1;
  list.forEach((prefix, i) => {
    while (open >= 0 && !covers(list[open]!, prefix)) open = parents[open]!;
    parents[i] = open;
    open = i;
  });
  return parents;
}
