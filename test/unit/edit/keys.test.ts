import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { patchKeys, type HostEntry } from '../../../src/core/edit/keys.ts';
import { parseHostKey, parsePublicKey } from '../../../src/core/model/key.ts';
import { HUB, hostName, type HostName } from '../../../src/core/model/name.ts';
import { readYaml } from '../../../src/core/parse/source.ts';

const WIREGUARD = parsePublicKey('O/z4sNdV0kBVtqqop4m+gTD9HKk7+xhnZtBWYPjkX08=')!;
const OTHER = parsePublicKey('CMdQ/Lo8WV0DAPWf4Ve3ex2dCGsu7mZyBCmcQDekSHg=')!;
const SSH = parseHostKey('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID5m3PjYLAzYknjU+BtPEnPpog5BmnzJ8l8tXEJsNvic')!;
const line = `{ wireguard: '${WIREGUARD}', ssh: ['${SSH.type} ${SSH.blob}'] }`;
const entry: HostEntry = { publicKey: WIREGUARD, hostKeys: [SSH] };

function patched(text: string, ...entries: readonly (readonly [HostName, HostEntry])[]): string {
  const result = patchKeys(text, new Map(entries));
  if ('alias' in result) throw new Error('an alias');
  return result.text;
}

describe('editing the keys file', () => {
  it('makes one that says what it is for, the hub first', () => {
    const text = patched('', [hostName('b', 'n'), { hostKeys: [SSH] }], [HUB, entry]);
    expect(text.split('\n').filter((each) => !each.startsWith('#'))).toEqual([
      `hub: ${line}`,
      `b/n: { ssh: ['${SSH.type} ${SSH.blob}'] }`,
      '',
    ]);
    expect(text.startsWith('# ')).toBe(true);
  });

  it('sorts what is new in, and comments move with the entry below them', () => {
    const text = `# head\nhub: ${line}\n# about b\nb/n: ${line} # b\nd/n: ${line}\n\n# the end\n`;
    expect(patched(text, [hostName('a', 'n'), entry], [hostName('c', 'n'), entry])).toBe(
      `# head\nhub: ${line}\na/n: ${line}\n# about b\nb/n: ${line} # b\nc/n: ${line}\nd/n: ${line}\n\n# the end\n`,
    );
  });

  it('changes the one key that changed, however the entry is written', () => {
    const text = `hub:\n  wireguard: "${WIREGUARD}" # made in May\n  ssh:\n    - ${SSH.type} ${SSH.blob} # the hub's\n`;
    expect(patched(text, [HUB, { publicKey: OTHER, hostKeys: [SSH] }])).toBe(text.replace(WIREGUARD, OTHER));
  });

  it('leaves every example as it is when nothing changes', () => {
    for (const name of ['guide', 'two-clusters', 'dual-stack', 'every-node', 'five-clusters']) {
      const text = readFileSync(`examples/${name}/topology.keys.yaml`, 'utf8');
      expect(patched(text), name).toBe(text);
    }
  });

  it('gives the same entries whatever was there, sorted, and keeps every comment', () => {
    const name = fc.constantFrom('hub', 'a/n1', 'a/n2', 'b/n1', 'c1/m', 'c10/m', 'c2/m');
    const comments = fc.constantFrom('', '# one\n', '\n', '\n# two\n', '# three\n\n# four\n');
    const blocks = fc.uniqueArray(fc.tuple(comments, name), { selector: ([, host]) => host, maxLength: 7 });
    fc.assert(
      fc.property(blocks, comments, fc.uniqueArray(name), (old, tail, fresh) => {
        const text = old.map(([comment, host]) => `${comment}${host}: ${line}\n`).join('') + tail;
        const after = patched(text, ...fresh.map((host): [HostName, HostEntry] => [host as HostName, entry]));
        const names = Object.keys(readYaml('keys', after).value ?? {});
        const all = [...new Set([...old.map(([, host]) => host), ...fresh])];
        expect(names).toEqual(
          all.toSorted((a, b) => Number(b === 'hub') - Number(a === 'hub') || (a < b ? -1 : 1)),
        );
        const said = (each: string) =>
          each
            .split('\n')
            .filter((one) => one.startsWith('#'))
            .toSorted();
        if (text !== '') expect(said(after)).toEqual(said(text));
      }),
    );
  });
});
