import { createHash } from 'node:crypto';
import type { HostEntry } from '../../core/edit/keys.ts';
import type { EnrolmentRow } from '../../core/model/enrolment.ts';
import type { HostKey } from '../../core/model/key.ts';
import type { HostName } from '../../core/model/name.ts';
import { hosts as hostsOf, type Enrolment, type Topology } from '../../core/model/topology.ts';
import type { Found } from './found.ts';

/** The rows that a person confirms, in the order of the topology. */
export function compareKeys(
  topology: Topology,
  found: ReadonlyMap<HostName, Found>,
): readonly EnrolmentRow[] {
  return hostsOf(topology).flatMap(({ name, enrolment }) => {
    const one = found.get(name);
    if (!one) return [];
    if ('fault' in one) return [{ host: name, state: 'failed', fault: one.fault }];
    return [row(name, enrolment, one.entry)];
  });
}

function row(host: HostName, enrolment: Enrolment, { publicKey, hostKeys }: HostEntry): EnrolmentRow {
  const known = enrolment.publicKey?.value;
  const fingerprints = hostKeys.map(describe);
  const pinned = enrolment.hostKeys.map(describe);
  const before = [
    ...(known === undefined || known === publicKey ? [] : [known]),
    ...(pinned.length === 0 || fingerprints.every((each) => pinned.includes(each)) ? [] : pinned),
  ];
  const isNew = (known === undefined && publicKey !== undefined) || pinned.length === 0;
  return {
    host,
    state: before.length > 0 ? 'changed' : isNew ? 'new' : 'same',
    ...(publicKey === undefined ? {} : { publicKey }),
    fingerprints,
    before,
  };
}

/** As `ssh-keygen -l` prints a key. */
function describe({ type, blob }: HostKey): string {
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return `${type} SHA256:${digest.replace(/=+$/, '')}`;
}
