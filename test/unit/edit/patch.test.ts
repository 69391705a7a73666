import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchYaml } from '../../../src/core/edit/patch.ts';
import type { YamlMapping, YamlValue } from '../../../src/core/edit/value.ts';
import { readYaml } from '../../../src/core/parse/source.ts';
import { corpus } from './corpus.ts';

const files = corpus();

function patched(text: string, patch: YamlMapping): string {
  const result = patchYaml(text, patch);
  if ('alias' in result) throw new Error(`an alias at ${result.alias.join('/')}`);
  return result.text;
}

const valueOf = (text: string) => readYaml('topology', text);

/** The same patch on values: what the edited file must say. */
function merged(old: unknown, patch: YamlValue): unknown {
  if (typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const base = typeof old === 'object' && old !== null && !Array.isArray(old) ? old : {};
  const entries = Object.entries(patch).map(([key, value]) => [
    key,
    merged((base as Record<string, unknown>)[key], value),
  ]);
  return { ...base, ...Object.fromEntries(entries) };
}

/** The lines of a file that are left when those which are in the other too are taken out. */
function touched(before: string, after: string): readonly string[] {
  const kept = after.split('\n');
  return before.split('\n').filter((line) => {
    const at = kept.indexOf(line);
    if (at >= 0) kept.splice(at, 1);
    return at < 0;
  });
}

const scalar = fc.oneof(
  fc.constantFrom('10.0.0.0/16', '192.168.0.1', 'fd00:99::/64', '::1', 'true', 'no', '010', '1e3', '~', ''),
  fc.constantFrom(
    'plain',
    "it's",
    'a: b',
    'a #b',
    '- x',
    '*a',
    '&a',
    '{',
    '"',
    'c1-w[01-20]',
    'é\n漢',
    '0x1f',
  ),
  fc.integer({ min: 0, max: 65535 }),
  fc.string(),
);
const list = fc.array(fc.string(), { maxLength: 3 });
const key = fc.constantFrom(
  'a',
  'b',
  'clusters',
  'cluster1',
  'nodes',
  'hub',
  'wireguard',
  'new',
  'true',
  '010',
  'x y',
);
const { patch } = fc.letrec<{ patch: YamlMapping; value: YamlValue }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, list, tie('patch')),
  patch: fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
}));

describe('editing a YAML file', () => {
  it('has a corpus', () => {
    expect(files.length).toBeGreaterThan(80);
  });

  it.each(files)('gives back what it got when everything is there already: $name', ({ text }) => {
    const { value } = valueOf(text);
    expect(patched(text, leavesOf(value))).toBe(text);
  });

  it('says afterwards what it was told to, and nothing else has changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...files), patch, ({ text }, change) => {
        const result = patchYaml(text, change);
        if ('alias' in result) return;
        const after = valueOf(result.text);
        expect(after.findings).toEqual([]);
        expect(after.value).toEqual(merged(valueOf(text).value, change));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every line but those that it changes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.string(), scalar, ({ text }, name, value) => {
        const fresh = `new-${name.replaceAll(/[^a-z]/g, '')}`;
        const after = patched(text, { [fresh]: value, other: { [fresh]: { deep: value } } });
        // A file in one pair of braces is one line, and the last pair of a file may lack its line end or its comma.
        const allowed = text.trimStart().startsWith('{') ? text.split('\n').length : 0;
        expect(touched(text, after).length).toBeLessThanOrEqual(allowed);
      }),
    );
  });

  it('changes a value where it stands, in the quotes that it has', () => {
    const text = `hub: { endpoint: "203.0.113.1", tunnel: '192.168.99.1' } # the hub\nname: old   # why\n`;
    expect(patched(text, { hub: { endpoint: 'vpn.example.org', tunnel: '192.168.99.2' }, name: 'new' })).toBe(
      `hub: { endpoint: "vpn.example.org", tunnel: '192.168.99.2' } # the hub\nname: new   # why\n`,
    );
  });

  it('puts what is new last in its mapping, as the others are written there', () => {
    const text = 'nodes:\n    a: 10.0.0.1\n    b: 10.0.0.2 # b\n    # c comes next week\n\n# end\n';
    expect(patched(text, { nodes: { d: { address: '10.0.0.3', tunnel: ['10.9.0.3', 'fd00::3'] } } })).toBe(
      `nodes:\n    a: 10.0.0.1\n    b: 10.0.0.2 # b\n    d: { address: 10.0.0.3, tunnel: [10.9.0.3, 'fd00::3'] }\n    # c comes next week\n\n# end\n`,
    );
  });

  it('gives a line of its own to what comes into braces over several lines', () => {
    const text = 'a: {\n  b: 1, # one\n  c: 2 # two\n}\n';
    expect(patched(text, { a: { d: 3 } })).toBe('a: {\n  b: 1, # one\n  c: 2, # two\n  d: 3\n}\n');
  });

  it('touches nothing behind an alias or an anchor, and says where it stands', () => {
    const text = 'a: &x { b: 1 }\nc: *x\nd: 1\n';
    expect(patchYaml(text, { c: { b: 2 } })).toEqual({ alias: ['c'] });
    expect(patchYaml(text, { a: { b: 2 } })).toEqual({ alias: ['a'] });
    expect(patched(text, { d: 2 })).toBe('a: &x { b: 1 }\nc: *x\nd: 2\n');
  });
});

/** A patch of all that a file says, as far as a patch can say it. */
function leavesOf(value: unknown): YamlMapping {
  const mapping: Record<string, YamlValue> = {};
  for (const [name, item] of Object.entries(value as object)) {
    if (typeof item === 'string' || typeof item === 'number') mapping[name] = item;
    else if (Array.isArray(item)) {
      if (item.every((each) => typeof each === 'string')) mapping[name] = item;
    } else if (item !== null && typeof item === 'object') mapping[name] = leavesOf(item);
  }
  return mapping;
}
