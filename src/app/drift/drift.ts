import { compareFindings, compareHost, withoutEchoes } from '../../core/drift/compare.ts';
import { ignore } from '../../core/drift/ignore.ts';
import { mendedLately } from '../../core/drift/mended.ts';
import type { Sighting } from '../../core/drift/sighting.ts';
import type { HostAnswer } from '../../core/model/answer.ts';
import type { Drift, DriftFinding, Mended, Underway } from '../../core/model/drift.ts';
import type { Fault } from '../../core/model/fault.ts';
import { compareHosts, parseHostName, type HostName } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import { keyValues } from '../../remote/protocol.ts';
import { wantedOf } from '../deploy/wanted.ts';
import type { Connect } from '../ports.ts';
import { askFleet, type Heard, type Hearing } from './ask.ts';
import { namesOf, sight, type Context } from './sight.ts';

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
  const wanted = lazily(() => wantedOf(topology));
  const look = (heard: Heard, remembered: ReadonlyMap<string, string>) =>
    lookAt(heard, { topology, wanted: wanted(), remembered });
  try {
    return judge(topology, today, await askFleet({ topology, sites, look }, hosts));
  } finally {
    await hosts.close();
  }
}

/** What one host by itself comes to. */
type Look = { readonly host: HostName } & (
  | { readonly fault: Fault }
  | { readonly answer: HostAnswer; readonly underway: Underway }
  | {
      readonly answer: HostAnswer;
      readonly basis: Sighting['basis'];
      readonly findings: readonly DriftFinding[];
      readonly mended: readonly Mended[];
      readonly isPending: boolean;
    }
);

function lookAt(heard: Heard, context: Context): Look {
  if ('fault' in heard) return heard;
  const { host, answer } = heard;
  const facts = keyValues(answer, 'host');
  const transaction = facts.get('transaction')?.split(' ')[0];
  if (transaction !== undefined) return { host, answer, underway: { transaction, owner: ownerOf(answer) } };
  const seen = sight(host, answer, context);
  return {
    host,
    answer,
    basis: seen.basis,
    findings: compareHost(seen),
    mended: mendedLately(host, seen.around),
    isPending: facts.get('current') !== context.wanted.get(host)!.release.digest,
  };
}

function judge(topology: Topology, today: string, { looks, remembered, joining }: Hearing<Look>): DriftCheck {
  const answers = new Map<HostName, HostAnswer>();
  const unreachable = new Map<HostName, Fault>();
  const underway = new Map<HostName, Underway>();
  const compared = new Map<HostName, 'confirmed' | 'git'>();
  const findings: DriftFinding[] = [];
  const mended: Mended[] = [];
  const pending = new Set<HostName>(joining);
  for (const look of looks) {
    const { host } = look;
    if ('fault' in look) {
      unreachable.set(host, look.fault);
      continue;
    }
    answers.set(host, look.answer);
    if ('underway' in look) {
      underway.set(host, look.underway);
      continue;
    }
    compared.set(host, look.basis);
    findings.push(...look.findings);
    mended.push(...look.mended);
    if (look.isPending) pending.add(host);
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

/** Made when it is needed first: there is time for that while hosts answer, and none before they are dialled. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
