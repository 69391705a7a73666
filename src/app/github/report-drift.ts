import { moment } from '../../core/report/moment.ts';
import { upkeep } from './drift-issue.ts';
import { readDriftRecord, type WatchedNetwork } from './drift-record.ts';
import type { Checks, Ended, Issue, Issues, RunLink, Step, Written } from './ports.ts';
import { isOurIssue, marker } from './sticky.ts';

export interface ReportDriftRequest {
  /** The output `record` of the drift job; empty when it ended without one. */
  readonly record: string;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly run: RunLink;
}

export interface ReportDriftPorts {
  readonly issues: Issues;
  readonly checks: Checks;
  readonly step: Step;
}

/** The label by which our issues are found. */
export const DRIFT_LABEL = 'kuiil-drift';

/** Keeps exactly one issue a network. It holds no key, and decides nothing. */
export async function reportDrift(request: ReportDriftRequest, ports: ReportDriftPorts): Promise<Ended> {
  const record = readDriftRecord(request.record);
  if (!record) {
    const message = 'the drift job ended without a word about the hosts: see its log';
    return { isFailure: true, message, outputs: { outcome: 'failed' } };
  }
  const written = await ports.checks.create({
    name: 'Kuiil drift',
    commit: record.commit,
    conclusion: record.networks.every(({ outcome }) => outcome === 'in-sync') ? 'success' : 'neutral',
    title: record.networks
      .map(({ file, verdict }) => `${file}: ${verdict}`)
      .join('; ')
      .slice(0, 250),
    summary: record.networks
      .map(({ text }) => text)
      .join('\n')
      .slice(0, 60_000),
    annotations: [],
  });
  if (!written) {
    const message = 'this job may not write: give it checks and issues: write';
    return { isFailure: true, message, outputs: { outcome: 'failed' } };
  }
  const done: string[] = [];
  for (const seen of record.networks) {
    await ports.step.summary(`${seen.text}\n`);
    done.push(`${seen.file}: ${await keep(seen, written, request, ports)}`);
  }
  return {
    isFailure: false,
    message: done.join('; '),
    outputs: { outcome: 'told', drift: record.networks.some(({ outcome }) => outcome === 'drift') },
  };
}

const WORDS = {
  open: 'an issue was opened',
  edit: 'its issue was brought up to date',
  reopen: 'its issue was opened again',
  close: 'its issue was closed',
  nothing: 'there is nothing to tell',
} as const;

async function keep(
  seen: WatchedNetwork,
  writer: Written,
  { at, run }: ReportDriftRequest,
  { issues }: ReportDriftPorts,
): Promise<string> {
  const mark = marker('drift', seen.file);
  const issue = await findDriftIssue(seen.file, writer, issues);
  const { kind, body, comment } = upkeep(issue, { marker: mark, seen, at: moment(at), run });
  if (body !== undefined) {
    if (!issue)
      await issues.create({ title: `Drift: ${seen.network}`.slice(0, 200), body, label: DRIFT_LABEL });
    else await issues.update(issue.number, { body, isOpen: kind !== 'close' });
  }
  // The words behind the state: whoever is notified finds the issue as it is said to be.
  if (issue && comment !== undefined) await issues.comment(issue.number, comment);
  return WORDS[kind];
}

/** Our issue about a file's network: by its first line, and only where our App wrote it. Of several the oldest, which people know. */
export async function findDriftIssue(
  file: string,
  writer: Written | undefined,
  issues: Pick<Issues, 'labelled'>,
): Promise<Issue | undefined> {
  const mark = marker('drift', file);
  const all = await issues.labelled(DRIFT_LABEL);
  return all.find((each) => isOurIssue(each, { writer, marker: mark }));
}
