import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXAMPLES } from '../examples.ts';
import { SOUND, sound } from './parse-inputs.ts';

const schema: unknown = JSON.parse(readFileSync('schema/topology.schema.json', 'utf8'));
const accepts = new Ajv2020().compile(schema as object);

describe('schema/topology.schema.json', () => {
  it.each(EXAMPLES)('accepts the example %s', (name) => {
    expect(accepts(parse(readFileSync(`examples/${name}/topology.yaml`, 'utf8')))).toBe(true);
  });

  it.each([
    ['an unknown key', 'podCIDR', 'podCidr'],
    ['a key that is missing', '    subnet: 10.1.0.0/24\n', ''],
    ['a name that is no DNS label', 'node1', 'Node1'],
    ['a version that is unknown', 'version: 1', 'version: 2'],
    ['an empty value', '10.2.0.0/16', ''],
  ])('refuses %s', (_what, from, to) => {
    expect(accepts(parse(SOUND))).toBe(true);
    expect(accepts(parse(sound([from, to])))).toBe(false);
  });

  it('is what the source generates, and so is docs/diagnostics.md', () => {
    expect(() => execFileSync('node', ['scripts/generate.mjs', '--check'], { stdio: 'pipe' })).not.toThrow();
  });
});
