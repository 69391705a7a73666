import type { HostEntry } from '../../core/edit/keys.ts';
import type { EnrolmentOutcome, EnrolmentRow } from '../../core/model/enrolment.ts';
import type { Fault } from '../../core/model/fault.ts';
import type { HostName } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import type { Hosts, Progress } from '../ports.ts';
import { compareKeys } from './compare.ts';
import type { Found } from './found.ts';
import { onTheWay, pinKeys, type Pin } from './pins.ts';
import { writeKeys, type KeysFile } from './write-keys.ts';

export interface EnrolRequest {
  readonly topology: Topology;
  /** What is known of each host that is to be enrolled: from `findKeys`, or from a line of `kuiil bootstrap`. */
  readonly found: ReadonlyMap<HostName, Found>;
  /** Hosts whose key may be another than before. */
  readonly replace: readonly HostName[];
  /** Who may log in from now on; absent where `bootstrap` has seen to it. */
  readonly pins?: readonly Pin[];
}

export interface EnrolPorts {
  readonly hosts: Hosts;
  readonly progress: Progress;
  /** Shows the rows to a person, who says whether the keys are theirs. */
  readonly confirm: (rows: readonly EnrolmentRow[]) => Promise<boolean>;
  readonly keysFile: KeysFile;
}

/**
 * Lets hosts in: a person confirms their keys, the deployer's keys are pinned on them and on the hosts on the way to them,
 * and then the keys file is written. A host that fails stays out of the file, and stops no other.
 */
export async function enrol(request: EnrolRequest, ports: EnrolPorts): Promise<EnrolmentOutcome> {
  const { topology, found, replace, pins } = request;
  const rows = compareKeys(topology, found).map((row) => refuseChange(row, replace));
  const { name: file } = ports.keysFile;
  const fine = rows.filter((row) => row.state !== 'failed').map(({ host }) => host);
  const nothing = { rows, file, pinned: [], faults: [] };
  if (fine.length === 0) return { ...nothing, outcome: 'nothing' };
  if (!(await ports.confirm(rows))) return { ...nothing, outcome: 'declined' };
  const names = onTheWay(topology, fine);
  const failed = pins
    ? await pinKeys({ topology, names, pins }, ports.hosts, ports.progress)
    : new Map<HostName, Fault>();
  const pinned = pins ? names.filter((host) => !failed.has(host)) : [];
  const fresh = rows.filter(({ host, state }) => state !== 'failed' && state !== 'same' && !failed.has(host));
  const entries = entriesOf(
    found,
    fresh.map(({ host }) => host),
  );
  const isWritten = await writeKeys(entries, ports.keysFile);
  return { rows, file, pinned, faults: [...failed.values()], outcome: isWritten ? 'written' : 'unchanged' };
}

function refuseChange(row: EnrolmentRow, replace: readonly HostName[]): EnrolmentRow {
  if (row.state !== 'changed' || replace.includes(row.host)) return row;
  const cause = `its keys are others than those in the keys file: ${row.before.join(', ')} there, here ${[row.publicKey, ...row.fingerprints].filter((each) => each !== undefined).join(', ')}`;
  return {
    host: row.host,
    state: 'failed',
    fault: {
      code: 'ssh/host-key-changed',
      host: row.host,
      step: 'enrol',
      cause,
      hint: `find out why; if it was installed anew, enrol it with \`--replace ${row.host}\``,
      stateNow: 'nothing was written, and nothing was pinned on it',
    },
  };
}

function entriesOf(
  found: ReadonlyMap<HostName, Found>,
  names: readonly HostName[],
): ReadonlyMap<HostName, HostEntry> {
  return new Map(
    names.flatMap((name) => {
      const one = found.get(name);
      return one && 'entry' in one ? [[name, one.entry]] : [];
    }),
  );
}
