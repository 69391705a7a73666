import type { Finding, Place } from '../model/diagnostic.ts';
import { under } from '../model/place.ts';
import type { Located } from '../model/topology.ts';

/** A value of the user's file and where it stands. */
export interface Spot {
  readonly value: unknown;
  readonly at: Place;
}

export type Report = (finding: Finding) => void;

// The functions below pass over what has the wrong kind without a word: the schema has already told of it.

/** The value under a key of a mapping. */
export function entry(spot: Spot | undefined, key: string): Spot | undefined {
  const value: unknown =
    isMapping(spot?.value) && Object.hasOwn(spot.value, key) ? spot.value[key] : undefined;
  return spot && value !== undefined ? { value, at: under(spot.at, key) } : undefined;
}

/** Every key of a mapping with its value. */
export function entries(spot: Spot | undefined): readonly (readonly [key: string, spot: Spot])[] {
  if (!spot || !isMapping(spot.value)) return [];
  return Object.entries(spot.value).map(([key, value]) => [key, { value, at: under(spot.at, key) }]);
}

/** The text, or every text of the list. */
export function texts(spot: Spot | undefined): readonly Located<string>[] {
  if (!spot) return [];
  const { value, at } = spot;
  if (typeof value === 'string') return [{ value, at }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, i) =>
    typeof item === 'string' ? [{ value: item, at: under(at, i) }] : [],
  );
}

export function textAt(spot: Spot | undefined): Located<string> | undefined {
  return typeof spot?.value === 'string' ? { value: spot.value, at: spot.at } : undefined;
}

/** A whole number between the bounds. */
export function integerAt(spot: Spot | undefined, min: number, max: number): number | undefined {
  const value = spot?.value;
  return typeof value === 'number' && Number.isInteger(value) && min <= value && value <= max
    ? value
    : undefined;
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
