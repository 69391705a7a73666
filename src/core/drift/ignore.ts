import type { Drift, DriftFinding } from '../model/drift.ts';
import type { Ignore } from '../model/topology.ts';

/** Takes apart what is to be reported and what somebody has said, with a reason and a date, is to be left alone. */
export function ignore(
  findings: readonly DriftFinding[],
  entries: readonly Ignore[],
  today: string,
): Pick<Drift, 'findings' | 'ignored'> {
  const inForce = entries.filter((entry) => entry.until.value >= today);
  const found = findings.map((finding) => ({
    finding,
    entry: inForce.find((each) => matches(each, finding)),
  }));
  return {
    findings: found.filter(({ entry }) => !entry).map(({ finding }) => finding),
    ignored: found.flatMap(({ finding, entry }) =>
      entry ? [{ finding, reason: entry.reason, until: entry.until.value }] : [],
    ),
  };
}

function matches(entry: Ignore, { host, code, subject }: DriftFinding): boolean {
  return (
    entry.code.value === code &&
    (entry.host === undefined || entry.host.value === host) &&
    (entry.subject === undefined || entry.subject === subject)
  );
}
