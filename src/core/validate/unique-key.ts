import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { hosts, type Topology } from '../model/topology.ts';
import { repeated } from './repeated.ts';

/** WireGuard keys that two hosts claim. */
export function uniqueKey(topology: Topology): readonly Finding[] {
  const claims = hosts(topology)
    .filter(({ enrolment }) => enrolment.publicKey !== undefined)
    .flatMap(({ name, enrolment: { publicKey } }) =>
      publicKey ? [{ host: name, text: publicKey.value, at: publicKey.at }] : [],
    );
  return repeated(claims).map(([first, again]) =>
    finding('key/duplicate', {
      at: again.at,
      message: `${quote(again.host)} and ${quote(first.host)} have the same WireGuard key`,
      hint: 'make a new key on one of them: a cloned machine has the key of the other',
      related: [{ at: first.at, message: `the key of ${quote(first.host)} is here` }],
    }),
  );
}
