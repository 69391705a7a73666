import { compareFindings, compareHost, withoutEchoes } from '../../core/drift/compare.ts';
import { ignore } from '../../core/drift/ignore.ts';
import { mendedLately } from '../../core/drift/mended.ts';
import type { HostAnswer } from '../../core/model/answer.ts';
import type { Drift, DriftFinding, Mended, Underway } from '../../core/model/drift.ts';
import type { Fault } from '../../core/model/fault.ts';
import { compareHosts, parseHostName, type HostName } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import { keyValues } from '../../remote/protocol.ts';
import { wantedOf } from '../deploy/wanted.ts';
import type { Connect } from '../ports.ts';
import { askFleet, type Hearing } from './ask.ts';
import { namesOf, sight } from './sight.ts';

/** A check, and what the hosts said in it: a healing starts from there. */
export interface DriftCheck {
  readonly drift: Drift;
  readonly answers: ReadonlyMap<HostName, HostAnswer>;
  readonly remembered: ReadonlyMap<string, string>;
}

interface DriftRequest {
  readonly topology: Topology;
  /** `YYYY-MM-DD`: an `ignore` is in force up to and including its day. */
  readonly today: string;
  /** `hub` and names of clusters; absent: all. Without the hub nobody says which hosts have yet to join. */
  readonly sites?: readonly string[];
}

/**
 * Compares every host with what was confirmed on it last, and that with the topology. Writes nothing anywhere. A network that
 * Kuiil never deployed is compared with the topology.
 */
export async function checkDrift(
  { topology, today, sites }: DriftRequest,
  connect: Connect,
): Promise<DriftCheck> {
  const hosts = connect();
  try {
    return judge(topology, today, await askFleet(topology, hosts, sites));
  } finally {
    await hosts.close();
  }
}

function judge(topology: Topology, today: string, { heard, remembered, joining }: Hearing): DriftCheck {
  const wanted = wantedOf(topology);
  const answers = new Map<HostName, HostAnswer>();
  const unreachable = new Map<HostName, Fault>();
  const underway = new Map<HostName, Underway>();
  const compared = new Map<HostName, 'confirmed' | 'git'>();
  const findings: DriftFinding[] = [];
  const mended: Mended[] = [];
  const pending = new Set<HostName>(joining);
  for (const each of heard) {
    const { host } = each;
    if ('fault' in each) {
      unreachable.set(host, each.fault);
      continue;
    }
    const { answer } = each;
    answers.set(host, answer);
    const facts = keyValues(answer, 'host');
    const transaction = facts.get('transaction');
    if (transaction !== undefined) {
      underway.set(host, { transaction: transaction.split(' ')[0]!, owner: ownerOf(answer) });
      continue;
    }
    const seen = sight(host, answer, { topology, wanted, remembered });
    compared.set(host, seen.basis);
    findings.push(...compareHost(seen));
    mended.push(...mendedLately(host, seen.around));
    if (facts.get('current') !== wanted.get(host)!.release.digest) pending.add(host);
  }
  const known = namesOf(topology);
  for (const name of remembered.keys()) {
    const host = known.has(name) ? undefined : parseHostName(name);
    if (host) pending.add(host);
  }
  return {
    drift: {
      ...ignore(withoutEchoes(findings).toSorted(compareFindings), topology.ignore, today),
      pending: [...pending].toSorted(compareHosts),
      mended,
      underway,
      unreachable,
      compared,
    },
    answers,
    remembered,
  };
}

function ownerOf(answer: HostAnswer): string {
  const owner = (answer.sections.get('owner') ?? []).find((line) => line.startsWith('owner '));
  return owner?.slice('owner '.length) ?? '';
}
