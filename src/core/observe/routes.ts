import {
  comparePrefix,
  hostPrefix,
  isPrefix,
  parseAddress,
  parsePrefix,
  type Address,
  type Prefix,
} from '../model/address.ts';
import { compareRoutes, type RouteGroup } from '../model/host-state.ts';
import { readLines, type Reading } from './reading.ts';

interface Route {
  readonly destination: Prefix;
  readonly via?: Address;
}

/**
 * Reads our routes from `ip route show table main proto 75`, or from our own batch file. What goes out through a
 * device without a next hop must go into the tunnel; anything else is not ours to have.
 */
export function observeRoutes(lines: readonly string[], tunnel: string): Reading<readonly RouteGroup[]> {
  const { value, unread } = readLines(lines, (line) => readRoute(line, tunnel));
  return { value: groupRoutes(value), unread };
}

function readRoute(line: string, tunnel: string): Route | undefined {
  const words = line
    .replace(/^route replace /, '')
    .trim()
    .split(/\s+/);
  // One of ours has one hop.
  if (words.includes('nexthop')) return undefined;
  const destination = readDestination(words[0] ?? '');
  const device = wordAfter(words, 'dev');
  const next = wordAfter(words, 'via');
  if (!destination) return undefined;
  if (next === undefined) return device === tunnel ? { destination } : undefined;
  const via = parseAddress(next);
  return via && { destination, via };
}

/** `ip` prints a host route without its length. */
function readDestination(text: string): Prefix | undefined {
  const address = parseAddress(text);
  if (address) return hostPrefix(address);
  const prefix = parsePrefix(text);
  return isPrefix(prefix) ? prefix : undefined;
}

function wordAfter(words: readonly string[], word: string): string | undefined {
  const at = words.indexOf(word, 1);
  return at < 0 ? undefined : words[at + 1];
}

function groupRoutes(routes: readonly Route[]): readonly RouteGroup[] {
  const groups = new Map<string, { via?: Address; destinations: Prefix[] }>();
  for (const { destination, via } of routes) {
    const key = `${destination.family} ${via?.text ?? ''}`;
    const group = groups.get(key);
    if (group) group.destinations.push(destination);
    else groups.set(key, { ...(via ? { via } : {}), destinations: [destination] });
  }
  return [...groups.values()]
    .map((group) => ({
      family: group.destinations[0]!.family,
      ...group,
      destinations: group.destinations.toSorted(comparePrefix),
    }))
    .toSorted(compareRoutes);
}
