import { FaultError } from '../../core/model/fault.ts';
import type { HostName } from '../../core/model/name.ts';
import { hosts as hostsOf, type Topology } from '../../core/model/topology.ts';
import { observeRelease } from '../../core/observe/release.ts';
import { demand } from '../call.ts';
import type { Desired } from '../deploy/desired.ts';
import { sha256 } from '../digest.ts';
import type { Hosts } from '../ports.ts';
import { routes } from '../routes.ts';
import type { PastRelease } from './past.ts';

const RELEASE_MS = 20_000;

/**
 * A past release as the hosts still keep it, each text checked against the digest that the hub remembers. Throws a FaultError
 * when a host no longer has it, or is no longer in the topology, so that nobody knows how to reach it.
 */
export async function heldBy(
  topology: Topology,
  release: PastRelease,
  hosts: Hosts,
): Promise<ReadonlyMap<HostName, Desired>> {
  const known = new Set(hostsOf(topology).map(({ name }) => name));
  const lost = [...release.hosts.keys()].find((host) => !known.has(host));
  if (lost !== undefined)
    throw gone(lost, 'it is no longer in the topology, so that nobody knows how to reach it');
  const routeTo = routes(topology);
  const texts = await Promise.all(
    [...release.hosts].map(async ([host, digest]): Promise<[HostName, Desired]> => {
      const session = await hosts.open(routeTo(host));
      const answer = await demand(session, { verb: 'release', args: [digest], timeoutMs: RELEASE_MS });
      const text = `${(answer.sections.get('release') ?? []).join('\n')}\n`;
      const read = observeRelease(text).value;
      if (!read || sha256(text) !== digest) throw gone(host, 'what it keeps of that release was edited');
      const { state, interfaceName } = read;
      return [host, { state, interfaceName, release: { text, digest } }];
    }),
  );
  return new Map(texts);
}

function gone(host: HostName, cause: string): FaultError {
  return new FaultError({
    code: 'rollback/gone',
    host,
    step: 'rollback',
    cause,
    hint: 'roll back to a commit of the repository instead: --to COMMIT',
    stateNow: 'unchanged by this run',
  });
}
