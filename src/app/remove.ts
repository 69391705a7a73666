import { compile } from '../core/compile/compile.ts';
import { ring } from '../core/diff/order.ts';
import { FaultError, type Fault } from '../core/model/fault.ts';
import type { HostName } from '../core/model/name.ts';
import type { Topology } from '../core/model/topology.ts';
import { demand } from './call.ts';
import type { Connect, Hosts, Progress } from './ports.ts';
import { routes } from './routes.ts';

export type Removal =
  { readonly outcome: 'removed' } | { readonly outcome: 'unreachable' | 'failed'; readonly fault: Fault };

interface RemoveRequest {
  readonly topology: Topology;
  /** Absent: every enrolled host. */
  readonly only?: readonly HostName[];
}

const REMOVE_MS = 60_000;

/**
 * Takes Kuiil off the hosts and puts back what was there. From the outside in, since the road to a node leads
 * through its router and the hub; a host that fails keeps what it has and stops no other of its ring.
 */
export async function remove(
  { topology, only }: RemoveRequest,
  connect: Connect,
  progress: Progress,
): Promise<ReadonlyMap<HostName, Removal>> {
  const fleet = [...compile(topology)].filter(([host]) => only === undefined || only.includes(host));
  const results = new Map<HostName, Removal>();
  const routeTo = routes(topology);
  const hosts = connect();
  try {
    for (const at of [2, 1, 0]) {
      const names = fleet.filter(([host, after]) => ring({ host, after }) === at).map(([host]) => host);
      if (names.length > 0) progress.step(`removing Kuiil from ${names.join(', ')}`);
      const removals = await Promise.all(names.map((host) => removeOne(hosts, routeTo(host))));
      names.forEach((host, i) => results.set(host, removals[i]!));
    }
  } finally {
    await hosts.close();
  }
  return results;
}

async function removeOne(hosts: Hosts, route: Parameters<Hosts['open']>[0]): Promise<Removal> {
  try {
    const session = await hosts.open(route);
    await demand(session, { verb: 'remove', args: ['-'], timeoutMs: REMOVE_MS });
    return { outcome: 'removed' };
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return { outcome: error.fault.code.startsWith('ssh/') ? 'unreachable' : 'failed', fault: error.fault };
  }
}
