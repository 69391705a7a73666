import { finding } from '../codes/finding.ts';
import type { Finding, Place, Source } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { nearest } from './nearest.ts';
import type { StructureFault } from './schema.ts';
import { isMapping } from './spot.ts';

/** What the schema found, in words. */
export function structureFinding(source: Source, fault: StructureFault): Finding {
  const at: Place = { source, path: fault.path };
  if (fault.kind === 'unknown-key') return unknownKey(at, fault.key ?? '', fault.expected.split(' '));
  const name = fault.path.at(-1);
  if (fault.found === undefined && typeof name === 'string') return missingKey(at, name, fault.expected);
  const found = describe(fault.found);
  const { expected } = fault;
  if (fault.path.length === 1 && name === 'version') {
    return finding('schema/version', {
      at,
      message: `\`version\` is ${found}, and this Kuiil reads version 1`,
      hint: 'write `version: 1`',
    });
  }
  if (fault.kind === 'range') {
    const message = `${subject(name)} is ${String(fault.found)}, expected ${expected}`;
    return finding('schema/out-of-range', { at, message, hint: `write ${expected}` });
  }
  const isUnquoted =
    typeof fault.found !== 'string' && !isMapping(fault.found) && / name|^a name/.test(expected);
  return finding('schema/wrong-type', {
    at,
    message: `${subject(name)} is ${found}, expected ${expected}`,
    hint: isUnquoted
      ? `write ${expected}, in quotes where YAML takes it for something else`
      : `write ${expected}`,
  });
}

/** The keys that an unknown one may have meant, and that are therefore not known to be absent. */
export function meantPlaces(source: Source, fault: StructureFault): readonly Place[] {
  if (fault.kind !== 'unknown-key') return [];
  const known = fault.expected.split(' ');
  const meant = nearest(fault.key ?? '', known);
  const absent = known.filter((key) => !(isMapping(fault.found) && Object.hasOwn(fault.found, key)));
  return (meant === undefined ? absent : [meant]).map((key) => ({ source, path: [...fault.path, key] }));
}

function unknownKey(mapping: Place, key: string, known: readonly string[]): Finding {
  const at: Place = { ...mapping, path: [...mapping.path, key], on: 'key' };
  if (key === '<<') {
    return finding('yaml/merge-key', {
      at,
      message: 'the merge key `<<` has no meaning in YAML 1.2',
      hint: 'write the entries out',
    });
  }
  const meant = nearest(key, known);
  return finding('schema/unknown-key', {
    at,
    message: `unknown key ${quote(key)}`,
    hint: meant ? `did you mean \`${meant}\`` : `use one of ${known.map((name) => `\`${name}\``).join(', ')}`,
  });
}

function missingKey(at: Place, name: string, expected: string): Finding {
  const parent = at.path.at(-2);
  const where = parent === undefined ? 'the topology' : quote(String(parent));
  return finding('schema/missing-key', {
    at: { ...at, on: 'key' },
    message: `${where} has no \`${name}\``,
    hint: `add \`${name}\`: ${expected}`,
  });
}

function subject(name: string | number | undefined): string {
  if (name === undefined) return 'the file';
  return typeof name === 'number' ? 'this item' : quote(name);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return `the text ${quote(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'boolean' ? `the truth value ${value}` : 'a mapping';
}
