import { applyPatch } from 'diff';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../src/core/report/unified.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '-- x', '++ y', ''), { maxLength: 12 });
const text = fc.tuple(lines, fc.boolean()).map(([all, ends]) => all.join('\n') + (ends ? '\n' : ''));

function numbers(from: number): string {
  return Array.from({ length: 3000 }, (_, i) => `${from + i}\n`).join('');
}

describe('a unified diff', () => {
  it('turns the one text into the other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { lines: patch, added, removed } = unifiedDiff({ path: '/f', before, after });
        expect(patch.length === 0).toBe(before === after);
        expect(applyPatch(before, patch.map((line) => `${line}\n`).join(''))).toBe(after);
        const body = patch.slice(2);
        expect([added, removed]).toEqual(
          ['+', '-'].map((mark) => body.filter((line) => line.startsWith(mark)).length),
        );
      }),
    );
  });

  it('names a side that is not there /dev/null', () => {
    const diff = unifiedDiff({ path: 'hub/etc/x', before: undefined, after: 'a\n' });
    expect(diff.lines).toEqual(['--- /dev/null', '+++ b/hub/etc/x', '@@ -0,0 +1 @@', '+a']);
  });

  it('replaces everything where the search for less would take too long', () => {
    const [before, after] = [numbers(0), numbers(10_000)];
    const diff = unifiedDiff({ path: '/f', before, after });
    expect([diff.added, diff.removed]).toEqual([3000, 3000]);
    expect(applyPatch(before, `${diff.lines.join('\n')}\n`)).toBe(after);
  });
});
