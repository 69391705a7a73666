import { finding } from '../codes/finding.ts';
import type { Place } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import {
  ALL_ZERO_KEY,
  formatHostKey,
  type HostKey,
  parseHostKey,
  parsePublicKey,
  type PublicKey,
} from '../model/key.ts';
import { compareText, type HostName } from '../model/name.ts';
import { inTopology, onKey } from '../model/place.ts';
import type { Enrolment, Located } from '../model/topology.ts';
import { nearest } from './nearest.ts';
import { entries, entry, type Report, type Spot, textAt, texts } from './spot.ts';

/** The keys file by host, with the place of each entry. */
export type Keys = ReadonlyMap<string, { readonly enrolment: Enrolment; readonly at: Place }>;

const NOT_ENROLLED: Enrolment = { hostKeys: [] };

export function enrolmentOf(keys: Keys, host: HostName): Enrolment {
  return keys.get(host)?.enrolment ?? NOT_ENROLLED;
}

export function readKeys(spot: Spot | undefined, report: Report): Keys {
  return new Map(
    entries(spot).map(([host, found]) => {
      const publicKey = readPublicKey(textAt(entry(found, 'wireguard')), report);
      const hostKeys = readHostKeys(texts(entry(found, 'ssh')), report);
      return [host, { enrolment: { ...(publicKey && { publicKey }), hostKeys }, at: found.at }];
    }),
  );
}

function readPublicKey(text: Located<string> | undefined, report: Report): Located<PublicKey> | undefined {
  if (!text) return undefined;
  const key = parsePublicKey(text.value);
  if (key && key !== ALL_ZERO_KEY) return { value: key, at: text.at };
  report(
    key
      ? finding('key/all-zero', {
          at: text.at,
          message: 'this public key is all zero: WireGuard takes it for no key at all',
          hint: 'write what `wg show INTERFACE public-key` prints on the host',
        })
      : finding('key/malformed', {
          at: text.at,
          message: `${quote(text.value)} is not a WireGuard public key: expected 44 characters of base64`,
          hint: 'write what `wg show INTERFACE public-key` prints on the host',
        }),
  );
  return undefined;
}

function readHostKeys(texts: readonly Located<string>[], report: Report): readonly HostKey[] {
  const keys = new Map<string, HostKey>();
  for (const text of texts) {
    const key = parseHostKey(text.value);
    if (key) keys.set(formatHostKey(key), key);
    else report(malformedHostKey(text));
  }
  return [...keys.values()].sort((a, b) => compareText(a.type, b.type) || compareText(a.blob, b.blob));
}

function malformedHostKey({ value, at }: Located<string>): ReturnType<typeof finding> {
  return finding('key/malformed-host-key', {
    at,
    message: `${quote(value)} is not an SSH host key: expected TYPE BASE64`,
    hint: 'write the first two words of /etc/ssh/ssh_host_ed25519_key.pub on the host',
  });
}

/** Reports keys of hosts that the topology does not have. */
export function checkKeyOwners(keys: Keys, hosts: ReadonlySet<string>, report: Report): void {
  for (const [host, { at }] of keys) {
    if (hosts.has(host)) continue;
    const [cluster = ''] = host.split('/');
    const meant = nearest(
      host,
      [...hosts].filter((known) => known.startsWith(`${cluster}/`)),
    );
    report(
      finding('keys/unknown-host', {
        at: onKey(at),
        message: `the topology has no host ${quote(host)}`,
        hint: meant ? `did you mean \`${meant}\`` : 'remove its keys, or add the host to the topology',
        restsOn: [inTopology(...(host === 'hub' ? ['hub'] : ['clusters', cluster]))],
      }),
    );
  }
}
