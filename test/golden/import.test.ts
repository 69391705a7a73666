import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/app/check.ts';
import { topologyText } from '../../src/core/import/topology-text.ts';
import { readWgConf } from '../../src/core/import/wg-conf.ts';
import { expectGolden } from './golden.ts';

const FOLDER = 'test/golden/import/guide';
const conf = (file: string) => readWgConf(file, readFileSync(`${FOLDER}/${file}`, 'utf8'));
const imported = () => topologyText([conf('cluster1.conf'), conf('hub.conf')])!;

function codes(text: string): readonly string[] {
  const { diagnostics } = check({
    topology: { file: 'topology.yaml', bytes: new TextEncoder().encode(text) },
  });
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
}

describe('importing a network that was made by hand', () => {
  it('gives a topology with its questions', () => {
    expectGolden(`${FOLDER}/expected.yaml`, imported());
  });

  it('is a file whose only faults are what it asks for', () => {
    expect(codes(imported())).toEqual(['schema/missing-key', 'schema/missing-key']);
    const answered = imported()
      .replace('{ tunnel: 192.168.99.10 }', '{ address: 192.168.100.100, tunnel: 192.168.99.10 }')
      .replace('{ tunnel: 192.168.99.14 }', '{ address: 192.168.0.100, tunnel: 192.168.99.14 }');
    expect(codes(answered)).toEqual([]);
  });

  it('holds no key, private or preshared', () => {
    expect(imported()).not.toContain('aGVsbG8gd29ybGQ');
    expect(inspect(conf('hub.conf'), { depth: 9 })).not.toContain('aGVsbG8gd29ybGQ');
  });

  it('is the hub’s own file that is needed', () => {
    expect(topologyText([conf('cluster1.conf')])).toBeUndefined();
    expect(topologyText([])).toBeUndefined();
  });

  it('gives readable YAML whatever the files hold', () => {
    const word = fc.constantFrom(
      '[Interface]',
      '[Peer]',
      'Address',
      'AllowedIPs',
      'Endpoint',
      'PublicKey',
      'PostUp',
      '=',
      ',',
      '#',
      '\n',
      ' ',
    );
    const value = fc.constantFrom(
      '10.0.0.1/24',
      'fd00::1/64',
      '10.9.0.0/16',
      '0.0.0.0/0',
      'hub',
      "it's: #",
      '\u202e',
      '{',
      'x'.repeat(300),
    );
    const text = fc
      .array(fc.oneof(word, value, fc.string()), { maxLength: 60 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (rest) => {
        const made = topologyText([
          readWgConf(
            'hub\u0000.conf',
            `[Interface]\nAddress = 10.9.0.1/24\n[Peer]\nAllowedIPs = 10.9.0.2\n${rest}`,
          ),
        ]);
        if (made !== undefined) expect(codes(made).filter((code) => code.startsWith('yaml/'))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
