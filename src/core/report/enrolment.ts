import type { EnrolmentOutcome, EnrolmentRow } from '../model/enrolment.ts';
import { faultJson } from './deployment-json.ts';
import { faultLines } from './deployment.ts';
import type { Document, Json } from './document.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';
import { alignColumns } from './table.ts';
import { list } from './words.ts';

/** One line a host: what is to be compared before it is trusted. */
export function enrolmentTable(rows: readonly EnrolmentRow[], paint: Paint = PLAIN): string {
  const colours: Readonly<Record<string, (text: string) => string>> = {
    new: paint.cyan,
    same: paint.green,
    changed: paint.red,
    failed: paint.red,
  };
  const cells = rows.flatMap((row) => {
    if ('fault' in row) return [[visible(row.host), row.state, visible(row.fault.cause, MAX_NAME), '']];
    const line = [visible(row.host), row.state, row.publicKey ?? '-', row.fingerprints.join(', ')];
    return row.before.length === 0 ? [line] : [line, ['', 'before', row.before.join(', '), '']];
  });
  const lines = alignColumns([['host', '', 'WireGuard', 'SSH host key'], ...cells], (cell, column, at) => {
    if (at === 0) return paint.dim(cell);
    const colour = column === 1 ? colours[cell.trim()] : undefined;
    return colour ? colour(cell) : cell;
  });
  return `${lines.join('\n')}\n`;
}

export function enrolmentText(result: EnrolmentOutcome, paint: Paint = PLAIN): string {
  const faults = [...result.rows.flatMap((row) => ('fault' in row ? [row.fault] : [])), ...result.faults];
  const pinned = result.pinned.map((host) => visible(host, MAX_NAME));
  return [
    outcomeLine(result, paint),
    ...(pinned.length === 0
      ? []
      : [`kuiil-host is installed, and the deployer’s keys are pinned to it, on ${list(pinned, 12)}.`]),
    ...faults.flatMap((fault) => ['', ...faultLines(fault, paint)]),
    '',
  ].join('\n');
}

function outcomeLine({ outcome, file, rows }: EnrolmentOutcome, paint: Paint): string {
  const name = visible(file, MAX_NAME);
  switch (outcome) {
    case 'written':
      return `${paint.green('enrolled')}: ${name} has the keys now. Commit it, and have it reviewed like any change.`;
    case 'unchanged':
      return `${paint.green('unchanged')}: ${name} has these keys already.`;
    case 'declined':
      return `${paint.yellow('declined')}: nothing was written, and no key was pinned.`;
    case 'nothing':
      return rows.length === 0
        ? 'Every host is enrolled. Name a host to enrol it again.'
        : `${paint.red('nothing enrolled')}: ${name} is as it was.`;
  }
}

export function enrolmentJson({ rows, outcome, file, pinned, faults }: EnrolmentOutcome): Document {
  const hosts = rows.map((row): [string, Json] => [
    row.host,
    'fault' in row
      ? { state: row.state, fault: faultJson(row.fault) }
      : {
          state: row.state,
          wireguard: row.publicKey ?? null,
          ssh: row.fingerprints,
          before: row.before,
        },
  ]);
  return {
    kuiil: 1,
    kind: 'enrol',
    outcome,
    file,
    hosts: Object.fromEntries(hosts),
    pinned,
    faults: faults.map(faultJson),
  };
}
