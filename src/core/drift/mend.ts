import { DRIFT_CODES, type DriftCode } from '../model/drift.ts';
import type { Amiss, Sighting } from './sighting.ts';

/** What to do about a finding: one imperative, without a full stop. */
export function mend({ code, subject }: Amiss, basis: Sighting['basis']): string {
  if (basis === 'git' && DRIFT_CODES[code].heals)
    return 'change it by hand, or have Kuiil deploy the topology';
  const own = BY_HAND[code];
  return own === undefined ? 'run `kuiil drift --heal`' : own(subject);
}

const BY_HAND: Partial<Record<DriftCode, (subject: string) => string>> = {
  'handshake-old': (subject) =>
    `see whether ${subject} is up, and whether UDP gets through to the hub's WireGuard port`,
  'key-changed': (subject) => `put the key back that belongs to the public key, into ${subject}`,
  'key-readable': (subject) => `run chmod 600 ${subject}, and make a new key if somebody may have read it`,
  'lan-address-missing': (subject) => `give the host ${subject}, or correct its address in the topology`,
  'probe-failed': () => 'look at the other findings, then at the path between this host and the hub',
  'route-captured': (subject) => `take the route to ${subject} off the host, or move one of the two ranges`,
  'rules-elsewhere': () => 'take our chains out of the other backend with iptables-nft or iptables-legacy',
  'source-filter': (subject) =>
    `run sysctl -w net.ipv4.conf.${subject}.rp_filter=2, and write it to /etc/sysctl.d`,
  'unit-failed': (subject) => `read journalctl -u ${subject} on the host`,
};
