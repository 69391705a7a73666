import { expect, it } from 'vitest';
import { inert } from '../../../src/adapters/actions/inert.ts';

/** As the runner reads a line: `ActionCommand.TryParseV2` trims what .NET calls white space, and V1 looks anywhere in it. */
function isCommand(line: string): boolean {
  const trimmed = line.replace(/^[\t-\r \u0085\p{Zs}\u2028\u2029]+/u, '');
  return /^::[^:]+::|^::[^:]*$/.test(trimmed) || trimmed.includes('##[');
}

it.each([
  '::error::x',
  '  ::add-mask::x',
  '\u0085::error::x',
  '\u00A0\u3000::error::x',
  'a\n::stop-commands::b',
  'a\r::error::b',
  'a\r\n\t::error::b',
  'a ##[error]b',
  '####[group]c',
])('no line of %j is a command', (text) => {
  expect(text.split(/\r\n|\r|\n/).some(isCommand)).toBe(true);
  expect(
    inert(text)
      .split(/\r\n|\r|\n/)
      .filter(isCommand),
  ).toEqual([]);
});

it('leaves other text alone', () => {
  const text = 'a::b\nfd00::1 is up\n  - x: y\n# heading [x]';
  expect(inert(text)).toBe(text);
});
