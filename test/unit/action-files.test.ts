import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/app/github/command.ts';

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly main: string };
}

const read = (file: string) => parse(readFileSync(file, 'utf8')) as ActionFile;
const root = read('action.yml');
const sources = readdirSync('src/adapters/actions', { encoding: 'utf8' })
  .map((file) => readFileSync(`src/adapters/actions/${file}`, 'utf8'))
  .join('\n');

describe('action.yml', () => {
  it('has every input that is read, and no other', () => {
    const read = [...sources.matchAll(/(?:getInput|secret|flag|whole|choice)\('([\w-]+)'/g)].map(
      ([, name]) => name!,
    );
    expect(Object.keys(root.inputs).toSorted()).toEqual([...new Set(read)].toSorted());
  });

  it('has every output that is set, and no other', () => {
    const outputs = readFileSync('src/adapters/actions/outputs.ts', 'utf8');
    const set = [...outputs.matchAll(/: '([a-z-]+)',/g)].map(([, name]) => name!);
    expect(Object.keys(root.outputs).toSorted()).toEqual(['command', ...set].toSorted());
  });
});

// A sub-action stands for a privilege: whoever may freeze may unfreeze, by the same file.
const named = [...COMMANDS].filter((name) => name !== 'unfreeze');

describe.each(named)('%s/action.yml', (name) => {
  const file = read(`${name}/action.yml`);

  it('runs its command by the one bundle', () => {
    expect(file.inputs.command?.default).toBe(name);
    expect(file.runs).toEqual({ using: 'node24', main: '../dist/action.js' });
  });

  it('says of its inputs and outputs what action.yml says', () => {
    for (const [key, value] of Object.entries(file.inputs))
      if (key !== 'command') expect(root.inputs[key]).toEqual(value);
    for (const [key, value] of Object.entries(file.outputs)) expect(root.outputs[key]).toEqual(value);
  });
});

describe('the README', () => {
  it.each(['inputs', 'outputs'] as const)('has a row for each of the %s', (kind) => {
    const text = readFileSync('README.md', 'utf8')
      .split('<!-- action:begin')[1]!
      .split('<!-- action:end')[0]!;
    for (const key of Object.keys(root[kind])) {
      if (kind === 'inputs' && key === 'command') continue;
      expect(text).toMatch(new RegExp(`^\\| \`${key}\` +\\|`, 'm'));
    }
  });
});
