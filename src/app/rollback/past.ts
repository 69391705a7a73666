import type { BookEntry } from '../../core/model/books.ts';
import { FaultError } from '../../core/model/fault.ts';
import { HUB, parseHostName, type HostName } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import { observeBooks, observeFleets } from '../../core/observe/books.ts';
import { keyValues } from '../../remote/protocol.ts';
import { demand } from '../call.ts';
import { fleetLines, sha256 } from '../digest.ts';
import type { Hosts } from '../ports.ts';
import { routes } from '../routes.ts';

/** Who was on what: a release of the whole fleet, as the hub remembers it. */
export interface PastRelease {
  /** sha256 in hex over its lines, as `release` of a plan. */
  readonly digest: string;
  readonly hosts: ReadonlyMap<HostName, string>;
  readonly entry: BookEntry;
}

export interface Past {
  /** What the fleet is on now; undefined: nothing was ever deployed. */
  readonly now: string | undefined;
  /** The releases before it, the latest first; none twice in a row. */
  readonly releases: readonly PastRelease[];
}

const SNAPSHOT_MS = 20_000;

/** What the hub remembers of past deployments. Throws a FaultError when it cannot be asked. */
export async function past(topology: Topology, hosts: Hosts): Promise<Past> {
  const hub = await hosts.open(routes(topology)(HUB));
  const answer = await demand(hub, {
    verb: 'snapshot',
    args: [topology.wireguard.interface, 'books'],
    timeoutMs: SNAPSHOT_MS,
  });
  const fleets = observeFleets(answer);
  const memory = keyValues(answer, 'fleet');
  const now = memory.size > 0 ? digestOf(memory) : undefined;
  const releases: PastRelease[] = [];
  for (const entry of observeBooks(answer)) {
    const fleet = entry.outcome === 'confirmed' ? fleets.get(entry.transaction) : undefined;
    if (!fleet) continue;
    const digest = digestOf(fleet);
    if (digest === (releases.at(-1)?.digest ?? now)) continue;
    releases.push({ digest, hosts: named(fleet), entry });
  }
  return { now, releases };
}

/** The release that somebody names: `previous`, or the beginning of its digest or commit, of eight characters or more. */
export function findRelease({ releases }: Past, to: string): PastRelease | undefined {
  if (to === 'previous') return releases[0];
  if (!/^[0-9a-f]{8,64}$/.test(to)) return undefined;
  return releases.find(({ digest }) => digest.startsWith(to));
}

export function nothingBefore(to: string, { releases }: Past): FaultError {
  const known = releases.map(({ digest }) => digest.slice(0, 12)).join(', ');
  return new FaultError({
    code: 'rollback/unknown',
    host: HUB,
    step: 'rollback',
    cause:
      to === 'previous'
        ? 'the hub remembers no release before the one that runs'
        : `\`${to}\` is no release that the hub remembers, and no commit of this repository`,
    hint:
      known === '' ? 'roll back to a commit: --to COMMIT' : `the hub remembers ${known}; or give a commit`,
    stateNow: 'unchanged by this run',
  });
}

function named(fleet: ReadonlyMap<string, string>): PastRelease['hosts'] {
  return new Map(
    [...fleet].flatMap(([name, digest]): [HostName, string][] => {
      const host = parseHostName(name);
      return host ? [[host, digest]] : [];
    }),
  );
}

function digestOf(fleet: ReadonlyMap<string, string>): string {
  return sha256(fleetLines(new Map([...fleet].map(([host, digest]) => [host, { digest }]))));
}
