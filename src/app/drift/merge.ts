import { compareFindings, withoutEchoes } from '../../core/drift/compare.ts';
import { isDriftCode, type Drift, type DriftFinding } from '../../core/model/drift.ts';
import type { Fault } from '../../core/model/fault.ts';
import { compareHosts, parseHostName, type HostName } from '../../core/model/name.ts';

/**
 * Puts the documents of several checks, each of some sites, together into one. Undefined where one of them is no document of kind
 * `drift`: a report that lacks a site would look better than the network is.
 */
export function mergeDrift(documents: readonly unknown[]): Drift | undefined {
  const parts = documents.map(readDrift);
  const whole = parts.flatMap((part) => part ?? []);
  if (whole.length < parts.length || whole.length === 0) return undefined;
  return {
    findings: withoutEchoes(whole.flatMap(({ findings }) => findings)).toSorted(compareFindings),
    ignored: whole.flatMap(({ ignored }) => ignored),
    pending: [...new Set(whole.flatMap(({ pending }) => pending))].toSorted(compareHosts),
    mended: whole.flatMap(({ mended }) => mended),
    underway: new Map(whole.flatMap(({ underway }) => [...underway])),
    unreachable: new Map(whole.flatMap(({ unreachable }) => [...unreachable])),
    compared: new Map(whole.flatMap(({ compared }) => [...compared])),
  };
}

function readDrift(value: unknown): Drift | undefined {
  const document = fields(value);
  if (document.kuiil !== 1 || document.kind !== 'drift') return undefined;
  return {
    findings: list(document.findings).flatMap(readFinding),
    ignored: list(document.ignored).flatMap((each) => {
      const { reason, until, ...rest } = fields(each);
      return readFinding({ expected: '', observed: '', mend: '', ...rest }).map((finding) => ({
        finding,
        reason: text(reason),
        until: text(until),
      }));
    }),
    pending: list(document.pending).flatMap(host),
    mended: list(document.mended).flatMap((each) => {
      const { host: name, at, what, times } = fields(each);
      return host(name).map((of) => ({ host: of, at: number(at), what: text(what), times: number(times) }));
    }),
    underway: byHost(document.underway, (each) => ({
      transaction: text(fields(each).transaction),
      owner: text(fields(each).owner),
    })),
    unreachable: byHost(document.unreachable, readFault),
    compared: byHost(document.compared, (each) => (each === 'git' ? 'git' : 'confirmed')),
  };
}

function readFinding(value: unknown): readonly DriftFinding[] {
  const { host: name, code, subject, expected, observed, since, culprit, mend } = fields(value);
  const kind = text(code);
  if (!isDriftCode(kind)) return [];
  return host(name).map((of) => ({
    host: of,
    code: kind,
    subject: text(subject),
    expected: text(expected),
    observed: text(observed),
    ...(typeof since === 'number' ? { since } : {}),
    ...(typeof culprit === 'string' ? { culprit } : {}),
    mend: text(mend),
  }));
}

/** Which code it is says nothing to a reader that its cause does not. */
function readFault(value: unknown): Fault {
  const { host: name, step, cause, hint, stateNow } = fields(value);
  const [of] = host(name);
  return {
    code: 'ssh/unreachable',
    ...(of ? { host: of } : {}),
    step: text(step),
    cause: text(cause),
    ...(typeof hint === 'string' ? { hint } : {}),
    stateNow: text(stateNow),
  };
}

function byHost<T>(value: unknown, read: (each: unknown) => T): ReadonlyMap<HostName, T> {
  return new Map(
    Object.entries(fields(value)).flatMap(([name, each]) =>
      host(name).map((of): [HostName, T] => [of, read(each)]),
    ),
  );
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function host(value: unknown): readonly HostName[] {
  const name = typeof value === 'string' ? parseHostName(value) : undefined;
  return name === undefined ? [] : [name];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
