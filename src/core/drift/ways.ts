import type { Amiss, Sighting } from './sighting.ts';
import { STALE_S } from './tunnel.ts';

/** What keeps packets from getting through without being ours. */
export function wayDrift(sighting: Sighting): readonly Amiss[] {
  return [
    ...handshakes(sighting),
    ...(sighting.basis === 'git' ? [] : probes(sighting)),
    ...lanAddresses(sighting),
    ...sourceFilters(sighting),
  ];
}

function handshakes({ expected, observed, around, handshakes: at, surmised }: Sighting): readonly Amiss[] {
  if (!observed.wireguard || around.uptime < STALE_S) return [];
  const there = new Set(observed.wireguard.peers.map((peer) => peer.publicKey));
  return (expected.wireguard?.peers ?? []).flatMap(({ name, publicKey }): Amiss[] => {
    if (!surmised.lively.has(publicKey) || !there.has(publicKey)) return [];
    const latest = at.get(publicKey) ?? 0;
    const age = around.time - latest;
    if (latest > 0 && age <= STALE_S) return [];
    return [
      {
        code: 'handshake-old',
        subject: name,
        expected: `within ${STALE_S} s`,
        observed: latest > 0 ? `${age} s ago` : 'never',
        ...(latest > 0 ? { since: latest } : {}),
      },
    ];
  });
}

function probes({ around }: Sighting): readonly Amiss[] {
  return around.failedProbes.map((probe) => ({
    code: 'probe-failed',
    subject: probe,
    expected: 'an answer',
    observed: 'none',
  }));
}

function lanAddresses({ surmised, around }: Sighting): readonly Amiss[] {
  return surmised.addresses
    .filter((address) => !around.addresses.has(address))
    .map((address) => ({
      code: 'lan-address-missing',
      subject: address,
      expected: 'on one of its interfaces',
      observed: 'missing',
    }));
}

/** The kernel goes by the larger of `all` and the interface's own; 1 is strict (ip-sysctl, rp_filter). */
function sourceFilters({ surmised, around }: Sighting): readonly Amiss[] {
  if (!surmised.isAsymmetric) return [];
  const links = new Set(surmised.addresses.flatMap((address) => around.addresses.get(address) ?? []));
  const of = (name: string) => around.sourceFilters.get(name) ?? 0;
  return [...links]
    .filter((link) => Math.max(of('all'), of(link)) === 1)
    .map((link) => ({
      code: 'source-filter',
      subject: link,
      expected: '0 or 2',
      observed: '1, which drops packets from the tunnel that the router hands on',
      culprit: 'a person, or the defaults of the distribution',
    }));
}
