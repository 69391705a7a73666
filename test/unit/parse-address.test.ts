import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../src/core/model/address.ts';

describe('parseAddress', () => {
  it.each([
    ['192.168.100.100', 0xc0a86464n],
    ['0.0.0.0', 0n],
    ['255.255.255.255', 0xffffffffn],
    ['::', 0n],
    ['::1', 1n],
    ['fd00:99::10', 0xfd000099000000000000000000000010n],
    ['FD00:0099:0:0:0:0:0:10', 0xfd000099000000000000000000000010n],
  ])('reads %s', (text, value) => {
    expect(parseAddress(text)?.value).toBe(value);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '010.0.0.1',
    '1.2.3.4 ',
    '0x7f.0.0.1',
    '1.2.3.-4',
    '1.2.3.4/32',
  ])('refuses %j as IPv4', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it.each([
    ':',
    ':::',
    '1::2::3',
    'fd00:1:2:3:4:5:6',
    'fd00:1:2:3:4:5:6:7:8',
    '12345::',
    'g::',
    '::ffff:1.2.3.4',
    'fe80::1%eth0',
  ])('refuses %j as IPv6', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('reads back what it writes, of either family', () => {
    const any = fc
      .constantFrom(4 as const, 6 as const)
      .chain((family) =>
        fc.tuple(fc.constant(family), fc.bigInt({ min: 0n, max: (1n << (family === 4 ? 32n : 128n)) - 1n })),
      );
    fc.assert(
      fc.property(any, ([family, value]) => {
        const text = formatAddress(family, value);
        expect(parseAddress(text)).toEqual({ family, value, text });
      }),
      { numRuns: 1000 },
    );
  });
});
