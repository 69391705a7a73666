import { FaultError, type Fault } from '../../core/model/fault.ts';
import type { HostName } from '../../core/model/name.ts';
import { hosts as hostsOf, type Topology } from '../../core/model/topology.ts';
import { demand } from '../call.ts';
import { each } from '../each.ts';
import type { Hosts, Progress, Route } from '../ports.ts';
import { routes } from '../routes.ts';
import { AT_ONCE } from './found.ts';
import type { Role } from './keyring.ts';
import { ownRoutes } from './own-routes.ts';

/** A key that may log in, for one thing only. */
export interface Pin {
  readonly role: Role;
  /** `TYPE BLOB`. */
  readonly publicText: string;
}

/** Who else has to be pinned when these are: the hosts on the way to them forward to nobody that they were not told of. */
export function onTheWay(topology: Topology, names: readonly HostName[]): readonly HostName[] {
  const routeTo = routes(topology);
  const jumps = names.flatMap((name) => {
    const { via } = routeTo(name);
    return via ? [via.host] : [];
  });
  return [...new Set([...names, ...jumps])];
}

/** What `pin` is told for a host: the account, who may log in to it, and to where its connections may go on. */
export function pinPayload(topology: Topology, name: HostName, pins: readonly Pin[]): string {
  const routeTo = routes(topology);
  const behind = hostsOf(topology)
    .map((host) => routeTo(host.name))
    .filter(({ via }) => via?.host === name);
  return [
    `user ${routeTo(name).user}`,
    ...pins.map(({ role, publicText }) => `${role} ${publicText}`),
    ...new Set(behind.map(({ address, port }) => `open ${address} ${port}`)),
    '',
  ].join('\n');
}

const PIN_MS = 60_000;

/** Installs kuiil-host and pins these keys, and no others of ours, on each host. Answers what failed where. */
export async function pinKeys(
  {
    topology,
    names,
    pins,
  }: { readonly topology: Topology; readonly names: readonly HostName[]; readonly pins: readonly Pin[] },
  hosts: Hosts,
  progress: Progress,
): Promise<ReadonlyMap<HostName, Fault>> {
  progress.step(`pinning the deployer’s keys on ${names.length} hosts`);
  const routeTo = ownRoutes(topology);
  const faults = await each(names, AT_ONCE, async (name): Promise<[HostName, Fault][]> => {
    const fault = await pinOne(hosts, routeTo(name), pinPayload(topology, name, pins));
    return fault ? [[name, fault]] : [];
  });
  return new Map(faults.flat());
}

async function pinOne(hosts: Hosts, route: Route, payload: string): Promise<Fault | undefined> {
  try {
    const session = await hosts.open(route);
    await demand(session, { verb: 'pin', payload, timeoutMs: PIN_MS });
    return undefined;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return error.fault;
  }
}
