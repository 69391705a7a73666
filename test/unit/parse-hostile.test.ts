import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isError } from '../../src/core/model/diagnostic.ts';
import { checkText, codes, SOUND, sound } from './parse-inputs.ts';

const LARGE = 4 * 1024 * 1024 - SOUND.length - 100;

const ATTACKS: readonly (readonly [what: string, text: string, code: string])[] = [
  ['brackets without end', `${SOUND}x: ${'['.repeat(LARGE)}`, 'yaml/too-deep'],
  ['braces without end', `${SOUND}x: ${'{'.repeat(100_000)}`, 'yaml/too-deep'],
  ['lists in lists', `${SOUND}x:\n  ${'- '.repeat(50_000)}1\n`, 'yaml/too-deep'],
  ['mappings in mappings', `${SOUND}x:\n${nested(500)}`, 'yaml/too-deep'],
  ['aliases of aliases', SOUND + laughs(12), 'yaml/alias-bomb'],
  [
    'an alias to a large list',
    `${SOUND}x: &x [${'1,'.repeat(5_000)}]\ny: [${'*x,'.repeat(100)}]\n`,
    'yaml/alias-bomb',
  ],
  ['a directive of YAML 1.1', `%YAML 1.1\n---\n${sound(['node1:', '<<:'])}`, 'name/not-a-label'],
  ['a function', sound(['example', '!!js/function "function () {}"']), 'yaml/tag'],
  ['a prototype', sound(['  a:', '  __proto__:']), 'name/not-a-label'],
  ['a prototype among nodes', sound(['node1:', '__proto__:']), 'name/not-a-label'],
  ['a prototype at the top', `${SOUND}__proto__: { name: x }\n`, 'schema/unknown-key'],
  ['a constructor at the top', `${SOUND}constructor: { name: x }\n`, 'schema/unknown-key'],
  ['a tab', sound(['      node1', '\tnode1']), 'yaml/tab'],
  ['a null byte', sound(['example', '"exa\\0mple"']), 'name/not-a-label'],
  ['a shell command', sound(['203.0.113.1', '$(reboot)']), 'hub/malformed-endpoint'],
  [
    'a newline in an interface',
    sound(['wireguard:', 'wireguard:\n  interface: "wg0\\nPostUp=x"']),
    'wireguard/interface-name',
  ],
  [
    'an option as a host',
    sound(['10.1.0.11', '{ address: 10.1.0.11, ssh: { host: -oProxyCommand=x } }']),
    'ssh/malformed-host',
  ],
];

describe('hostile input', () => {
  it.each(ATTACKS)('%s: a diagnostic', (_what, text, code) => {
    const checked = checkText(text);
    expect(codes(checked)).toContain(code);
    expect(checked.value).toBeUndefined();
  });

  it('refuses ten megabytes without parsing them', () => {
    expect(codes(checkText(`${SOUND}# ${'x'.repeat(10_000_000)}\n`))).toEqual(['yaml/too-large']);
  });

  it('reads Windows line ends and a byte order mark', () => {
    expect(codes(checkText(`\ufeff${SOUND.replaceAll('\n', '\r\n')}`))).toEqual([]);
  });

  it('shows no control or bidirectional character of the file, and no long text', () => {
    const name = `${'\u202e\u2066\u200b\u0007\u001b[31m`'.repeat(3)}${'x'.repeat(500)}`;
    const { diagnostics } = checkText(
      sound(['node1:', `${JSON.stringify(name)}:`], ['example', JSON.stringify(name)]),
    );
    expect(diagnostics.filter(isError)).toHaveLength(2);
    for (const { message, hint } of diagnostics) {
      expect(message + hint).toMatch(/^[^\p{C}]*$/u);
      expect(message.length).toBeLessThan(300);
    }
  });

  it('reads a hundred thousand nodes', { timeout: 120_000 }, () => {
    const address = (i: number) => `10.${8 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;
    const nodes = Array.from({ length: 100_000 }, (_, i) => `      n${i}: ${address(i + 1)}`).join('\n');
    const checked = checkText(
      sound(['      node1: 10.1.0.11', nodes], ['10.1.0.0/24', '10.8.0.0/15'], ['10.1.0.10', '10.9.255.10']),
    );
    expect(codes(checked)).toEqual([]);
    expect(checked.value?.clusters[0]?.nodes).toHaveLength(100_001);
  });

  it('expands a hundred thousand nodes', () => {
    const text = sound([
      'node1: 10.1.0.11',
      "n[0-49999]: { address: 'fd00:1::[0-c34f]', ssh: { via: direct } }\n      m[0-49999]: 'fd00:2::[0-c34f]'",
    ]);
    expect(codes(checkText(text))).toEqual(['node/outside-subnet', 'node/outside-subnet']);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(checkText(bytes).diagnostics.length).toBeGreaterThan(0);
      }),
    );
  });

  it('never throws, whatever stands in place of a value', () => {
    const values = [...SOUND.matchAll(/[^\s:{},]+(?=[\n,} ])/g)].map((match) => match.index);
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('~', '[]', '{}', '!!binary x', '1e999', '.inf', '"', '[1-3]', '-', '? '),
    );
    fc.assert(
      fc.property(fc.constantFrom(...values), text, (start, replacement) => {
        const end = SOUND.slice(start).search(/[\s,}]/) + start;
        const { value, diagnostics } = checkText(SOUND.slice(0, start) + replacement + SOUND.slice(end));
        expect(value === undefined).toBe(diagnostics.some(isError));
      }),
      { numRuns: 1000 },
    );
  });
});

function nested(depth: number): string {
  return Array.from({ length: depth }, (_, i) => `${' '.repeat(i + 1)}k:\n`).join('');
}

function laughs(levels: number): string {
  const lines = Array.from({ length: levels }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(10)}]`);
  return ['l0: &l0 [1]', ...lines, ''].join('\n');
}
