import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../../../src/app/check.ts';
import { CODES } from '../../../src/core/codes.ts';
import type { Checked, Diagnostic } from '../../../src/core/model/diagnostic.ts';
import type { Topology } from '../../../src/core/model/topology.ts';
import { expectGolden } from '../golden.ts';

const FOLDER = 'test/golden/diagnostics';
const CASES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .toSorted();

/** The folder of a code has its name with `-` for `/`; another case of it has a word behind a dot. */
const CODE_OF = new Map(Object.keys(CODES).map((code) => [code.replaceAll('/', '-'), code]));

describe.each(CASES)('the rejected topology %s', (name) => {
  const { diagnostics, value } = diagnose(name);

  it('is told of as reviewed', () => {
    expectGolden(`${FOLDER}/${name}/expected.txt`, diagnostics.map(format).join(''));
  });

  it('gives no value when there is an error', () => {
    expect(value === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  });
});

// `several` shows that faults do not hide each other; it has no code of its own.
describe.each(CASES.filter((name) => name !== 'several'))('the rejected topology %s', (name) => {
  it('yields the code of its folder on the marked line', () => {
    const code = CODE_OF.get(name.split('.')[0] ?? '');
    const marked = filesOf(name).flatMap(({ file, bytes }) => markedLines(file, bytes));
    const found = diagnose(name).diagnostics.filter((diagnostic) => diagnostic.code === code);
    expect(found.map(({ file, span }) => `${file}:${span.line}`)).toEqual(
      expect.arrayContaining(marked.length > 0 ? marked : ['topology.yaml:1']),
    );
  });
});

describe('the registry of codes', () => {
  it('has a rejected topology for every code', () => {
    const missing = [...CODE_OF.keys()].filter((folder) => !CASES.includes(folder));
    expect(missing).toEqual([]);
  });
});

function diagnose(name: string): Checked<Topology> {
  const [topology, keys] = filesOf(name);
  return check(
    {
      topology: { file: 'topology.yaml', bytes: topology!.bytes! },
      ...(keys?.bytes && { keys: { file: keys.file, bytes: keys.bytes } }),
    },
    '2026-06-01',
  );
}

function filesOf(name: string) {
  return ['topology.yaml', 'topology.keys.yaml'].map((file) => ({ file, bytes: read(name, file) }));
}

function read(name: string, file: string): Uint8Array | undefined {
  const path = join(FOLDER, name, file);
  try {
    const bytes = new Uint8Array(readFileSync(path));
    // The only case whose file is not kept whole: 4 MiB of blanks are no review surface.
    return name === 'yaml-too-large' && file === 'topology.yaml' ? padded(bytes) : bytes;
  } catch {
    return undefined;
  }
}

function padded(bytes: Uint8Array): Uint8Array {
  const large = new Uint8Array(5 * 1024 * 1024).fill(10);
  large.set(bytes);
  return large;
}

function markedLines(file: string, bytes: Uint8Array | undefined): readonly string[] {
  const lines = new TextDecoder('utf-8').decode(bytes).split('\n');
  return lines.flatMap((line, i) => (line.includes('# here') ? [`${file}:${i + 1}`] : []));
}

function format({ file, span, severity, message, code, hint, related }: Diagnostic): string {
  const others = related.map(
    (other) => `  ${other.file}:${other.span.line}:${other.span.column}: ${other.message}\n`,
  );
  return `${file}:${span.line}:${span.column}: ${severity}: ${message} [${code}]\n  hint: ${hint}\n${others.join('')}`;
}
