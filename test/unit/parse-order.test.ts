import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, parseDocument, visit } from 'yaml';
import { EXAMPLES } from '../examples.ts';
import { checkText } from './parse-inputs.ts';

describe.each(EXAMPLES)('the example %s', (name) => {
  const text = readFileSync(`examples/${name}/topology.yaml`, 'utf8');

  it('is the same topology in whatever order its keys stand', () => {
    const straight = withoutPlaces(checkText(text).value);
    expect(straight).toBeDefined();
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (numbers) => {
        expect(withoutPlaces(checkText(shuffled(text, numbers)).value)).toEqual(straight);
      }),
      { numRuns: 20 },
    );
  });
});

function shuffled(text: string, numbers: Iterator<number>): string {
  const document = parseDocument(text);
  visit(document, {
    Map: (_key, map) => {
      if (isMap(map)) {
        const weights = new Map(map.items.map((item) => [item, Number(numbers.next().value)]));
        map.items.sort((a, b) => weights.get(a)! - weights.get(b)!);
      }
    },
  });
  return String(document);
}

/** Places move with the text: everything else must not. */
function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'at')
      .map(([key, inner]) => [key, withoutPlaces(inner)]),
  );
}
