import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAULTS } from '../packets/faults.ts';

it('docs/packets.md has a row for every kind of fault, and for no other', () => {
  const rows = readFileSync('docs/packets.md', 'utf8').matchAll(/^\| `([a-z-]+)` /gm);
  expect([...rows].map(([, kind]) => kind)).toEqual([...FAULTS.keys()]);
});
