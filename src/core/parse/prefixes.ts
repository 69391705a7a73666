import { finding } from '../codes/finding.ts';
import { comparePrefix, isPrefix, parseAddress, parsePrefix, type Prefix } from '../model/address.ts';
import { quote } from '../model/escape.ts';
import type { Located } from '../model/topology.ts';
import type { Report } from './spot.ts';

/** The ranges that the texts name, sorted by `comparePrefix`; what is no range is reported and left out. */
export function readPrefixes(texts: readonly Located<string>[], report: Report): readonly Located<Prefix>[] {
  const prefixes: Located<Prefix>[] = [];
  for (const text of texts) {
    const prefix = readPrefix(text, report);
    if (prefix) prefixes.push(prefix);
  }
  return prefixes.length < 2 ? prefixes : prefixes.sort((a, b) => comparePrefix(a.value, b.value));
}

export function readPrefix({ value, at }: Located<string>, report: Report): Located<Prefix> | undefined {
  const parsed = parsePrefix(value);
  if (isPrefix(parsed)) {
    if (parsed.length > 0) return { value: parsed, at };
    report(
      finding('net/everything', {
        at,
        message: `${quote(value)} is every address there is`,
        hint: 'name the range that the cluster really has',
      }),
    );
    return undefined;
  }
  if (parsed.kind === 'host-bits') {
    const message = `${quote(value)} has bits set behind its prefix length`;
    report(finding('net/host-bits', { at, message, hint: `write \`${parsed.canonical}\`` }));
    return undefined;
  }
  const address = parseAddress(value);
  const message = `${quote(value)} is not a range: expected ADDRESS/LENGTH, such as \`192.168.100.0/24\``;
  const hint = address
    ? `add the prefix length, such as \`${value}/${address.family === 4 ? 24 : 64}\``
    : 'write the first address of the range, a slash, and the prefix length';
  report(finding('net/malformed-cidr', { at, message, hint }));
  return undefined;
}
