import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { isError } from '../../src/core/model/diagnostic.ts';
import { checkText } from './parse-inputs.ts';

const page = readFileSync('docs/topology.md', 'utf8');
const [whole = '', ...fragments] = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(
  (match) => match[1] ?? '',
);

describe('the examples of docs/topology.md', () => {
  it('begin with a whole topology', () => {
    expect(checkText(whole).diagnostics).toEqual([]);
  });

  // A fragment stands for the same keys of the whole one.
  it.each(fragments)('are valid: %s', (fragment) => {
    const isKeys = fragment.startsWith('# topology.keys.yaml');
    const merged = isKeys ? whole : stringify({ ...parse(whole), ...parse(fragment) });
    const { diagnostics } = checkText(merged, isKeys ? fragment : undefined);
    expect(diagnostics.filter(isError)).toEqual([]);
  });
});
