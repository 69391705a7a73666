import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseKnownHosts } from '../../src/adapters/ssh/known-hosts.ts';

let folder: string;
let keys: string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kuiil-known-'));
  keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => {
    const file = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
    return readFileSync(`${file}.pub`, 'utf8').split(' ')[1]!;
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const line = (hosts: string, index: number) => `${hosts} ssh-ed25519 ${keys[index]} a comment`;

/** The blobs that `ssh-keygen -F` finds; it prints markers, which we leave out as the reader does. */
function foundByKeygen(file: string, name: string): string[] {
  const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
  const lines = stdout.split('\n').filter((text) => text !== '' && !text.startsWith('#'));
  return lines.filter((text) => !text.startsWith('@')).map((text) => text.trim().split(' ')[2]!);
}

describe('a known_hosts file', () => {
  test('is read as ssh-keygen -F reads it', () => {
    const text = [
      '# a comment',
      '',
      line('plain.example', 0),
      line('[plain.example]:2222,10.0.0.1', 1),
      line('*.example,!secret.example', 2),
      line('node?', 3),
      line('2001:db8::1', 4),
      `   ${line('indented.example', 5)}`,
      line('UPPER.Example', 7),
    ].join('\n');
    const file = join(folder, 'known_hosts');
    const hashed = join(folder, 'hashed');
    for (const path of [file, hashed]) writeFileSync(path, `${text}\n`);
    spawnSync('ssh-keygen', ['-H', '-f', hashed]);
    expect(readFileSync(hashed, 'utf8')).toContain('|1|');
    const names: [string, number][] = [
      ['plain.example', 22],
      ['plain.example', 2222],
      ['plain.example', 2223],
      ['10.0.0.1', 22],
      ['10.0.0.1', 2222],
      ['secret.example', 22],
      ['a.b.example', 22],
      ['node1', 22],
      ['node12', 22],
      ['2001:db8::1', 22],
      ['indented.example', 22],
      ['upper.example', 22],
      ['nobody', 22],
    ];
    for (const path of [file, hashed]) {
      const known = parseKnownHosts(readFileSync(path, 'utf8'));
      for (const [host, port] of names) {
        const asked = port === 22 ? host : `[${host}]:${port}`;
        const blobs = known(host, port).map(({ blob }) => blob);
        expect(blobs.toSorted(), `${asked} in ${path}`).toEqual(foundByKeygen(path, asked).toSorted());
      }
    }
  });

  test('knows a name in any case, as ssh does, which lowers it first', () => {
    expect(parseKnownHosts(line('plain.example', 0))('PLAIN.Example', 22)).toHaveLength(1);
  });

  test('trusts no revoked key and no authority', () => {
    const known = parseKnownHosts(
      [
        line('host', 0),
        line('host', 1),
        `@revoked ${line('*', 0)}`,
        `@cert-authority ${line('host', 2)}`,
      ].join('\r\n'),
    );
    expect(known('host', 22)).toEqual([{ type: 'ssh-ed25519', blob: keys[1] }]);
  });

  test('with hostile lines is read in bounded time', () => {
    const known = parseKnownHosts(
      [line('*'.repeat(5_000) + 'x', 0), line('|1|x|y', 1), line('(a+)+$,[', 2), 'broken line', 'x'].join(
        '\n',
      ),
    );
    expect(known('a'.repeat(200), 22)).toEqual([]);
  });
});
