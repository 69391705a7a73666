import type { Drift, DriftFinding } from '../model/drift.ts';
import { faultJson } from './deployment-json.ts';
import type { Document, Json } from './document.ts';
import { driftVerdict } from './drift-words.ts';

/** The document of kind `drift`. */
export function driftJson(drift: Drift): Document {
  return {
    kuiil: 1,
    kind: 'drift',
    ...driftFields(drift),
  };
}

/** All of it but the frame: a healing has a second one inside. */
export function driftFields(drift: Drift): { readonly [key: string]: Json } {
  const { findings, ignored, pending, mended, underway, unreachable, compared } = drift;
  return {
    verdict: driftVerdict(drift),
    findings: findings.map(findingJson),
    ignored: ignored.map(({ finding, reason, until }) => ({
      host: finding.host,
      code: finding.code,
      subject: finding.subject,
      reason,
      until,
    })),
    pending,
    mended: mended.map(({ host, at, what, times }) => ({ host, at, what, times })),
    underway: Object.fromEntries(
      [...underway].map(([host, { transaction, owner }]) => [host, { transaction, owner }]),
    ),
    unreachable: Object.fromEntries([...unreachable].map(([host, fault]) => [host, faultJson(fault)])),
    compared: Object.fromEntries(compared),
  };
}

function findingJson({ host, code, subject, expected, observed, since, culprit, mend }: DriftFinding): Json {
  return { host, code, subject, expected, observed, since: since ?? null, culprit: culprit ?? null, mend };
}
