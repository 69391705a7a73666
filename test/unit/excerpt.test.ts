import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { compact } from '../../src/remote/compact.ts';
import { excerpt } from '../../src/remote/excerpt.ts';
import { hostScript } from '../../src/remote/host-script.ts';

const VERBS = [...hostScript.matchAll(/^verb_([a-z]+)\(\)/gm)].map(([, verb]) => verb!);
const functionsOf = (text: string) =>
  [...text.matchAll(/^([a-z][a-z0-9_]*)\(\) \{/gm)].map(([, name]) => name!);

describe('the part of a script that a verb needs', () => {
  const script = [
    'set -eu # or shared',
    'shared() { # unused',
    '  printf "%s" one',
    '}',
    'one() { two; }',
    'two() { :; }',
    'unused() {',
    '  shared',
    '}',
    'verb_a() {',
    '  own one',
    '}',
    'verb_b() { :; }',
    'main() {',
    '  "verb_$1"',
    '}',
    'main "$@"',
  ].join('\n');

  test.each([
    ['a', ['one', 'two', 'verb_a', 'main']],
    ['b', ['verb_b', 'main']],
  ])('%s', (verb, functions) => {
    const text = excerpt(script.replace(' # or shared', ''), verb);
    expect(functionsOf(text)).toEqual(functions);
    expect(text.split('\n').at(0)).toContain('set -eu');
    expect(text.split('\n').at(-1)).toBe('main "$@"');
  });

  test('takes what is only named in a string or a remark, too', () => {
    expect(functionsOf(excerpt(script, 'b'))).toEqual(['shared', 'one', 'two', 'verb_b', 'main']);
  });

  test('is enough to answer that there is no such verb', () => {
    expect(functionsOf(excerpt(script, 'c'))).toEqual(['shared', 'one', 'two', 'main']);
  });

  test('is not looked for in a script that was cut', () => {
    expect(() => excerpt('verb_a() {\n  :', 'a')).toThrow('has no end');
  });
});

describe('kuiil-host', () => {
  test('is cut into all of its functions, as bash sees them', () => {
    const input = `${hostScript.replace(/^main "\$@"$/m, '')}\ndeclare -F`;
    const seen = spawnSync('bash', ['--norc'], { input, encoding: 'utf8' }).stdout;
    const names = [...seen.matchAll(/^declare -f (\w+)$/gm)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(150);
    expect(functionsOf(hostScript).toSorted()).toEqual(names.toSorted());
  });

  test.each(VERBS)('%s: the functions that it may call are there, each whole', (verb) => {
    const text = compact(excerpt(hostScript, verb));
    const code = text.replaceAll(/(?<=\(\) \{) #.*$/gm, '');
    const have = functionsOf(text);
    const missing = functionsOf(hostScript).filter((name) => !have.includes(name));
    expect(code.match(/\w+/g)!.filter((word) => missing.includes(word))).toEqual([]);
    const parsed = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
    expect(parsed.stderr).toBe('');
    const whole = definitions(hostScript);
    for (const [name, body] of definitions(text)) expect(whole.get(name)).toBe(body);
  });

  test('calls no function by a name that it computes, but in main', () => {
    const code = hostScript.replace(/^main\(\) \{[^]*?^\}$/m, '');
    expect(code.match(/(?<![\w/])[a-z_]+_\$|(?<![\w/])\$\{?\w+\}?_[a-z]/g)).toBe(null);
  });

  test.each([
    ['snapshot', 16],
    ['probe', 11],
    ['activate', 8],
    ['stage', 25],
  ])('%s: is at most %i KB on the wire', (verb, kilobytes) => {
    expect(compact(excerpt(hostScript, verb)).length).toBeLessThan(kilobytes * 1000);
  });
});

function definitions(text: string): ReadonlyMap<string, string> {
  const input = `${text.replace(/^main "\$@"$/m, '')}\nfor name in $(compgen -A function); do declare -f "$name"; echo "=end"; done`;
  const { stdout } = spawnSync('bash', ['--norc'], { input, encoding: 'utf8' });
  const bodies = stdout.replaceAll(/^\s+/gm, '').split('=end\n');
  return new Map(bodies.filter(Boolean).map((body) => [/^\w+/.exec(body)![0], body]));
}
