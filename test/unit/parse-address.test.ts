import fc from 'fast-check';
import { IPv4, IPv6 } from 'ip-num';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/core/model/address.ts';

const octet = fc.constantFrom('0', '1', '10', '199', '255', '256', '300', '01', '00', '');
const group = fc.constantFrom('', '0', '1', 'fd00', 'ABCD', '0a', '12345', 'g');
const colon = fc.constantFrom(':', ':', ':', '::', '');
const v4 = fc.array(octet, { minLength: 3, maxLength: 5 }).map((octets) => octets.join('.'));
const v6 = fc
  .array(fc.tuple(group, colon), { minLength: 1, maxLength: 10 })
  .map((parts) => parts.flat().join(''))
  .filter((text) => text.includes(':'));

describe('parseAddress', () => {
  it('agrees with ip-num about IPv4', () => {
    fc.assert(
      fc.property(fc.oneof(v4, fc.ipV4()), (text) => {
        const judged = /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(text) ? valueOr(() => new IPv4(text)) : undefined;
        expect(parseAddress(text)?.value).toBe(judged);
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with ip-num about IPv6', () => {
    fc.assert(
      fc.property(fc.oneof(v6, fc.ipV6()), (text) => {
        const judged = /^[0-9a-fA-F:]{2,39}$/.test(text) ? valueOr(() => new IPv6(text)) : undefined;
        expect(parseAddress(text)?.value).toBe(judged);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads its own canonical text back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (value) => {
        const text = new IPv6(value).toString();
        expect(parseAddress(parseAddress(text)?.text ?? '')?.value).toBe(value);
      }),
    );
  });
});

function valueOr(read: () => { readonly value: bigint }): bigint | undefined {
  try {
    return read().value;
  } catch {
    return undefined;
  }
}
