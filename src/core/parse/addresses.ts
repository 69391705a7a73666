import { finding } from '../codes/finding.ts';
import { type Address, compareAddress, parseAddress } from '../model/address.ts';
import { quote } from '../model/escape.ts';
import type { Located } from '../model/topology.ts';
import type { Report } from './spot.ts';

/** The addresses that the texts name, IPv4 first; what is no address is reported and left out. */
export function readAddresses(
  texts: readonly Located<string>[],
  report: Report,
): readonly Located<Address>[] {
  const addresses: Located<Address>[] = [];
  for (const text of texts) {
    const address = readAddress(text, report);
    if (address) addresses.push(address);
  }
  if (addresses.length < 2) return addresses;
  return onePerFamily(
    addresses.sort((a, b) => compareAddress(a.value, b.value)),
    report,
  );
}

function readAddress({ value, at }: Located<string>, report: Report): Located<Address> | undefined {
  const address = parseAddress(value);
  if (address) return { value: address, at };
  const bare = value.replace(/\/\d+$/, '');
  const hint =
    bare !== value && parseAddress(bare)
      ? `write \`${bare}\` without the prefix length`
      : 'write one address, such as `192.168.100.100`';
  report(finding('net/malformed-address', { at, message: `${quote(value)} is not an IP address`, hint }));
  return undefined;
}

/** Of two values of one family the first is kept; the list is sorted by family. */
export function onePerFamily<T extends { readonly family: 4 | 6; readonly text: string }>(
  values: readonly Located<T>[],
  report: Report,
): readonly Located<T>[] {
  if (values.length < 2) return values;
  return values.filter((located, i) => {
    const other = values[i - 1];
    if (other?.value.family !== located.value.family) return true;
    report(
      finding('net/family-twice', {
        at: located.at,
        message: `\`${located.value.text}\` and \`${other.value.text}\` are both IPv${located.value.family}`,
        hint: 'keep one of each family',
        related: [{ at: other.at, message: 'the other one is here' }],
      }),
    );
    return false;
  });
}
