import type { DriftFinding } from '../model/drift.ts';
import { compareHosts, compareText } from '../model/name.ts';
import { bootDrift, releaseDrift } from './boot.ts';
import { mend } from './mend.ts';
import { routeDrift } from './routes.ts';
import { ruleDrift } from './rules.ts';
import type { Sighting } from './sighting.ts';
import { tunnelDrift } from './tunnel.ts';
import { wayDrift } from './ways.ts';

/** Everything on one host that is not as it should be; none twice, sorted by code and subject. */
export function compareHost(sighting: Sighting): readonly DriftFinding[] {
  const looks = sighting.isKnown ? [tunnelDrift, ruleDrift, routeDrift, bootDrift, wayDrift] : [releaseDrift];
  const all = looks.flatMap((look) => look(sighting));
  const told = new Set<string>();
  return all
    .filter(({ code, subject }) => told.size < told.add(`${code} ${subject}`).size)
    .map((amiss): DriftFinding => ({ host: sighting.host, ...amiss, mend: mend(amiss, sighting.basis) }))
    .toSorted(compareFindings);
}

/** The hub first, then by host, code and subject. */
export function compareFindings(a: DriftFinding, b: DriftFinding): number {
  return compareHosts(a.host, b.host) || compareText(a.code, b.code) || compareText(a.subject, b.subject);
}

/** A tunnel that is dead on both of its ends is told once, by the end that is nearer to what broke. */
export function withoutEchoes(findings: readonly DriftFinding[]): readonly DriftFinding[] {
  const dead = new Set(
    findings.flatMap(({ host, code, subject }) =>
      code === 'handshake-old' && subject === 'hub' ? [host] : [],
    ),
  );
  return findings.filter(
    ({ host, code, subject }) =>
      !(code === 'handshake-old' && host === 'hub' && [...dead].some((name) => name === subject)),
  );
}
