import { finding } from '../codes/finding.ts';
import type { Place } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { onKey } from '../model/place.ts';
import type { Located } from '../model/topology.ts';
import { isSeries, memberText, parseSeries, type Series } from './name-range.ts';
import type { WrittenNode } from './node.ts';
import { type Report } from './spot.ts';

// Ten times the hosts that one hub can sensibly serve; beyond it a slip such as [1-9999999] would only eat memory.
export const MAX_HOSTS = 200_000;

/** How many hosts the topology may still have. */
export interface Budget {
  left: number;
}

/** The nodes that an entry stands for: itself, or as many as its name range counts. */
export function expandNode(written: WrittenNode, budget: Budget, report: Report): readonly WrittenNode[] {
  const { address, tunnel, podCIDR, login } = written;
  const host = login.host ? [login.host] : [];
  if (budget.left > 0 && !isSeries(written.node) && ![address, tunnel, podCIDR, host].some(hasSeries)) {
    budget.left--;
    return [written];
  }
  const key = onKey(written.at);
  const series = readSeries({ value: written.node, at: key }, report);
  if (series === 'malformed') return [];
  const size = series?.size ?? 1;
  if (size > budget.left) return tooMany(budget, key, report);
  budget.left -= size;

  const member = (texts: readonly Located<string>[], keepZeros = false) => {
    const columns = texts.map((text) => column(text, { name: written.node, size, keepZeros }, report));
    return (i: number) => columns.flatMap((cell) => cell?.(i) ?? []);
  };
  const addressOf = member(address);
  const tunnelOf = member(tunnel);
  const podCIDROf = member(podCIDR);
  const hostOf = member(host, true);
  const { host: _series, ...rest } = login;
  return Array.from({ length: size }, (_, i) => {
    const [ownHost] = hostOf(i);
    return {
      node: series ? memberText(series, i, true) : written.node,
      address: addressOf(i),
      tunnel: tunnelOf(i),
      podCIDR: podCIDROf(i),
      login: ownHost ? { ...rest, host: ownHost } : rest,
      at: written.at,
    };
  });
}

function hasSeries(texts: readonly Located<string>[]): boolean {
  return texts.some((text) => isSeries(text.value));
}

interface Row {
  readonly name: string;
  readonly size: number;
  readonly keepZeros: boolean;
}

/** The members of one text, by index; undefined when it does not count as far as the name. */
function column(
  { value, at }: Located<string>,
  row: Row,
  report: Report,
): ((i: number) => Located<string>) | undefined {
  const series = readSeries({ value, at }, report);
  if (series === 'malformed') return undefined;
  const size = series?.size ?? 1;
  if (size !== row.size) {
    report(unequal({ value, size, at }, row));
    return undefined;
  }
  return series ? (i) => ({ value: memberText(series, i, row.keepZeros), at }) : () => ({ value, at });
}

function readSeries(text: Located<string>, report: Report): Series | 'malformed' | undefined {
  if (!isSeries(text.value)) return undefined;
  const series = parseSeries(text.value);
  if (series) return series;
  report(
    finding('range/malformed', {
      at: text.at,
      message: `${quote(text.value)} is not a range: expected one bracket \`[FIRST-LAST]\` that counts upwards`,
      hint: 'write it like `c1-w[01-20]` and `192.168.100.[111-130]`',
    }),
  );
  return 'malformed';
}

function unequal(found: { readonly value: string; readonly size: number; readonly at: Place }, row: Row) {
  const hex =
    found.value.includes(':') && found.size > 1
      ? ' (the bracket of an IPv6 address counts in hexadecimal)'
      : '';
  return finding('range/unequal', {
    at: found.at,
    message: `${quote(found.value)} stands for ${count(found.size, 'value')}${hex}, ${quote(row.name)} for ${count(row.size, 'node')}`,
    hint: row.size === 1 ? 'give the name a range of the same length' : 'give both ranges the same length',
    related: [{ at: onKey({ ...found.at, path: found.at.path.slice(0, 4) }), message: 'the name is here' }],
  });
}

function count(n: number, noun: string): string {
  return n === 1 ? `one ${noun}` : `${n} ${noun}s`;
}

function tooMany(budget: Budget, at: Place, report: Report): readonly WrittenNode[] {
  // Once is enough: later entries would each say the same.
  if (budget.left > 0) {
    report(
      finding('range/too-many-hosts', {
        at,
        message: `with this entry the topology has more than ${MAX_HOSTS} hosts`,
        hint: 'shorten the range, or split the network into several topologies',
      }),
    );
  }
  budget.left = 0;
  return [];
}
