import type { Place } from './diagnostic.ts';

/** The place of something inside of what stands at `at`. */
export function under(at: Place, ...steps: readonly (string | number)[]): Place {
  return { source: at.source, path: [...at.path, ...steps] };
}

/** The key instead of its value. */
export function onKey(at: Place): Place {
  return { ...at, on: 'key' };
}

/** A place in the topology by its path. */
export function inTopology(...path: readonly (string | number)[]): Place {
  return { source: 'topology', path };
}
