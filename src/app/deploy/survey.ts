import type { Fault } from '../../core/model/fault.ts';
import type { HostState } from '../../core/model/host-state.ts';
import { HUB, parseHostName, type HostName } from '../../core/model/name.ts';
import type { HostOutcome } from '../../core/model/outcome.ts';
import type { Hosts, Route } from '../ports.ts';
import { routes } from '../routes.ts';
import { busy, unknownToHub } from './faults.ts';
import type { DeployPorts, DeployRequest } from './request.ts';
import type { Desired } from './desired.ts';
import { look, type Seen, type View } from './view.ts';

/** What the first look at the fleet found. Every enrolled host is in exactly one of `views`, `joining`, `unreachable` and `leftOut`. */
export interface Survey {
  /** The hosts that answered, the hub first. */
  readonly views: readonly View[];
  /** Never confirmed and not reachable yet, with the reason. */
  readonly joining: ReadonlyMap<HostName, Fault>;
  /** Confirmed before and not reachable now. */
  readonly unreachable: ReadonlyMap<HostName, Fault>;
  /** Hosts that are passed over: excluded by name, or no longer in the topology and still remembered by the hub. */
  readonly leftOut: ReadonlyMap<HostName, HostOutcome>;
  /** Who was confirmed on what, by the hub's memory. */
  readonly remembered: ReadonlyMap<string, string>;
  /** Reasons to change nothing: a transaction that is pending on some host. */
  readonly refusals: readonly Fault[];
}

interface Context {
  readonly request: DeployRequest;
  readonly ports: DeployPorts;
  readonly hosts: Hosts;
  readonly desired: ReadonlyMap<HostName, Desired>;
}

/**
 * Looks at every selected host: one connection and one command each, all at once but for those behind the hub, which are
 * dialled when the hub has said whom it knows. Waiting for a host that nobody can reach yet would take a whole time-out.
 */
export async function observeFleet({ request, ports, hosts, desired }: Context): Promise<Survey> {
  const names = [...desired.keys()];
  const selected = names.filter((host) => isSelected(request, host));
  ports.progress.step(`observing ${selected.length} hosts`);
  const routeTo = routes(request.topology);
  const see = (host: HostName): Promise<Seen> => look(hosts, routeTo(host), desired.get(host)!);
  const first = selected.includes(HUB) ? see(HUB) : undefined;
  const seen = await Promise.all(
    selected.map(async (host): Promise<Found> => {
      if (host === HUB) return { host, seen: await first! };
      const road = roadFrom(routeTo(host));
      if (first === undefined || road === undefined) return { host, seen: await see(host) };
      const hub = await first;
      const stranger =
        'view' in hub ? road.find((each) => isStranger(desired.get(each)?.state, hub.view)) : undefined;
      return {
        host,
        seen: stranger === undefined ? await see(host) : { fault: unknownToHub(host, stranger) },
      };
    }),
  );
  const found = sort(
    seen.filter((each) => takesPart(request, each)),
    names,
  );
  return request.target?.isHealing ? { ...found, leftOut: new Map() } : found;
}

/**
 * The hub decides for every deployment, also where `--only` does not name it; but then only if nothing would change
 * on it.
 */
function takesPart({ only }: DeployRequest, { host, seen }: Found): boolean {
  return only === undefined || only.includes(host) || ('view' in seen && seen.view.settled);
}

interface Found {
  readonly host: HostName;
  readonly seen: Seen;
}

function sort(found: readonly Found[], names: readonly HostName[]): Survey {
  const seen = new Set(found.map(({ host }) => host));
  const views = found.flatMap(({ seen }) => ('view' in seen ? [seen.view] : []));
  const missing = found.flatMap(({ host, seen }) => ('fault' in seen ? [{ host, fault: seen.fault }] : []));
  const remembered = views.find((view) => view.host === HUB)?.fleet ?? new Map<string, string>();
  const joins = ({ host, fault }: { host: HostName; fault: Fault }) =>
    host !== HUB && !remembered.has(host) && isAbsence(fault);
  return {
    views,
    joining: new Map(missing.filter(joins).map(({ host, fault }) => [host, fault])),
    unreachable: new Map(missing.filter((each) => !joins(each)).map(({ host, fault }) => [host, fault])),
    leftOut: new Map<HostName, HostOutcome>([
      ...names.filter((host) => !seen.has(host)).map((host) => [host, 'excluded'] as const),
      ...departed(remembered, names).map((host) => [host, 'left'] as const),
    ]),
    remembered,
    refusals: views.filter((view) => view.pending !== undefined).map(busy),
  };
}

/** The hosts from just behind the hub to this one; undefined when it is dialled without the hub. */
function roadFrom(route: Route): readonly HostName[] | undefined {
  if (!route.via) return undefined;
  if (route.via.host === HUB) return [route.host];
  const road = roadFrom(route.via);
  return road && [...road, route.host];
}

/** A tunnel node whose key the hub does not have: no packet from the hub can reach it. */
function isStranger(state: HostState | undefined, hub: View): boolean {
  return (
    state?.wireguard !== undefined && !hub.peers.has(state.wireguard.publicKey) && !hub.fleet.has(state.host)
  );
}

function departed(remembered: ReadonlyMap<string, string>, names: readonly HostName[]): readonly HostName[] {
  const known = new Set<string>(names);
  return [...remembered.keys()]
    .filter((name) => !known.has(name))
    .flatMap((name) => parseHostName(name) ?? []);
}

function isSelected({ only, exclude }: DeployRequest, host: HostName): boolean {
  return (only === undefined || only.includes(host) || host === HUB) && !exclude.includes(host);
}

/** A host that answers with the wrong key is not absent, and waiting would not mend it. */
function isAbsence(fault: Fault): boolean {
  return fault.code === 'ssh/unreachable' || fault.code === 'ssh/jump-failed' || fault.code === 'ssh/timeout';
}
