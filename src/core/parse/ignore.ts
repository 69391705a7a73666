import { finding } from '../codes/finding.ts';
import { isDriftCode, DRIFT_CODES } from '../model/drift.ts';
import { quote } from '../model/escape.ts';
import { parseHostName } from '../model/name.ts';
import { inTopology, under } from '../model/place.ts';
import type { Ignore, Located } from '../model/topology.ts';
import { nearest } from './nearest.ts';
import { entry, type Report, type Spot, textAt } from './spot.ts';

/** What is to be left alone, until when; an entry that cannot be read is reported and hides nothing. */
export function readIgnores(
  spot: Spot | undefined,
  hosts: ReadonlySet<string>,
  report: Report,
): readonly Ignore[] {
  if (!spot || !Array.isArray(spot.value)) return [];
  return spot.value.flatMap(
    (value: unknown, i) => readIgnore({ value, at: under(spot.at, i) }, hosts, report) ?? [],
  );
}

function readIgnore(spot: Spot, hosts: ReadonlySet<string>, report: Report): Ignore | undefined {
  const [code, host, subject, reason, until] = ['code', 'host', 'subject', 'reason', 'until'].map((key) =>
    textAt(entry(spot, key)),
  );
  const known = code && readCode(code, report);
  const where = host && readHost(host, hosts, report);
  const last = until && readDate(until, report);
  if (!known || !last || !reason || (host && !where)) return undefined;
  return {
    code: known,
    ...(where ? { host: where } : {}),
    ...(subject ? { subject: subject.value } : {}),
    reason: reason.value,
    until: last,
  };
}

function readCode({ value, at }: Located<string>, report: Report): Ignore['code'] | undefined {
  if (isDriftCode(value)) return { value, at };
  const meant = nearest(value, Object.keys(DRIFT_CODES));
  report(
    finding('ignore/unknown-code', {
      at,
      message: `there is no kind of drift ${quote(value)}`,
      hint: meant === undefined ? 'write a code that `kuiil drift` printed' : `did you mean \`${meant}\``,
    }),
  );
  return undefined;
}

function readHost(
  { value, at }: Located<string>,
  hosts: ReadonlySet<string>,
  report: Report,
): Ignore['host'] {
  const name = parseHostName(value);
  if (name !== undefined && hosts.has(name)) return { value: name, at };
  report(
    finding('ignore/unknown-host', {
      at,
      message: `there is no host ${quote(value)}`,
      hint: 'write `hub` or `CLUSTER/NODE`, or leave `host` out to mean every host',
      restsOn: [inTopology('clusters', ...value.split('/', 1))],
    }),
  );
  return undefined;
}

function readDate({ value, at }: Located<string>, report: Report): Located<string> | undefined {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  // The parser takes the 30th of February for the 2nd of March.
  if (!Number.isNaN(day) && new Date(day).toISOString().startsWith(value)) return { value, at };
  report(
    finding('ignore/malformed-date', {
      at,
      message: `${quote(value)} is no day of the calendar`,
      hint: 'write the last day as YEAR-MONTH-DAY, such as 2027-01-31',
    }),
  );
  return undefined;
}
