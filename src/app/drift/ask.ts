import type { HostAnswer } from '../../core/model/answer.ts';
import { FaultError, type Fault } from '../../core/model/fault.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import { hosts as hostsOf, isPending, type Topology } from '../../core/model/topology.ts';
import { keyValues } from '../../remote/protocol.ts';
import { demand } from '../call.ts';
import type { Hosts, Route } from '../ports.ts';
import { routes } from '../routes.ts';

/** What a host said of itself, or why it said nothing. */
export type Heard =
  | { readonly host: HostName; readonly answer: HostAnswer }
  | { readonly host: HostName; readonly fault: Fault };

export interface Hearing<T> {
  /** What `look` made of every host that was asked, the hub first. */
  readonly looks: readonly T[];
  /** Who was confirmed on what, by the hub's memory: host to digest. Empty: nothing was ever deployed, or the hub is silent. */
  readonly remembered: ReadonlyMap<string, string>;
  /** Hosts that the hub does not remember while it remembers others: they have yet to join. */
  readonly joining: readonly HostName[];
}

const SNAPSHOT_MS = 20_000;

interface Asking<T> {
  readonly topology: Topology;
  /** `hub` and names of clusters; absent: all. */
  readonly sites: readonly string[] | undefined;
  /** Called for each host as soon as it and the hub have answered, while others still work. */
  readonly look: (heard: Heard, remembered: Hearing<T>['remembered']) => T;
}

/**
 * Asks every enrolled host for everything about itself: one connection, one command, nothing written. Hosts behind the hub are
 * dialled when it has said whom it knows, since waiting for one that never joined would take a whole time-out.
 */
export async function askFleet<T>({ topology, sites, look }: Asking<T>, hosts: Hosts): Promise<Hearing<T>> {
  const names = hostsOf(topology)
    .filter((host) => !isPending(host))
    .map((host) => host.name)
    .filter((name) => sites === undefined || sites.includes(name.split('/')[0]!));
  const routeTo = routes(topology);
  const ask = (host: HostName) => askHost(hosts, routeTo(host), topology);
  const hub = names.includes(HUB) ? ask(HUB) : undefined;
  const memory = hub?.then(memoryOf) ?? Promise.resolve(new Map<string, string>());
  const answered = (host: HostName) => {
    if (host === HUB) return hub;
    if (!isBehindHub(routeTo(host))) return ask(host);
    return memory.then((remembered) => (joins(remembered, host) ? undefined : ask(host)));
  };
  const all = await Promise.all(
    names.map(async (host) => {
      const heard = await answered(host);
      const remembered = await memory;
      const isAway = joins(remembered, host) && (!heard || 'fault' in heard || !isConfirmed(heard.answer));
      return isAway || !heard ? { host, isAway } : { look: look(heard, remembered) };
    }),
  );
  return {
    looks: all.flatMap((each) => ('look' in each ? [each.look] : [])),
    remembered: await memory,
    joining: all.flatMap((each) => ('isAway' in each && each.isAway ? [each.host] : [])),
  };
}

async function askHost(hosts: Hosts, route: Route, topology: Topology): Promise<Heard> {
  const { host } = route;
  const hub = host === HUB ? [] : topology.hub.tunnel;
  try {
    const session = await hosts.open(route);
    const answer = await demand(session, {
      verb: 'snapshot',
      args: [topology.wireguard.interface, 'whole'],
      payload: hub.map(({ value }) => `ping ${value.text}\n`).join(''),
      timeoutMs: SNAPSHOT_MS,
    });
    return { host, answer };
  } catch (error) {
    if (error instanceof FaultError) return { host, fault: error.fault };
    throw error;
  }
}

function memoryOf(hub: Heard): ReadonlyMap<string, string> {
  return 'answer' in hub ? keyValues(hub.answer, 'fleet') : new Map();
}

function joins(remembered: ReadonlyMap<string, string>, host: HostName): boolean {
  return host !== HUB && remembered.size > 0 && !remembered.has(host);
}

function isConfirmed(answer: HostAnswer): boolean {
  return keyValues(answer, 'host').get('current') !== '-';
}

function isBehindHub({ via }: Route): boolean {
  return via !== undefined && (via.host === HUB || isBehindHub(via));
}
