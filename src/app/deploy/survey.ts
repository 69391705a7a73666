import type { Fault } from '../../core/model/fault.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import type { HostOutcome } from '../../core/model/outcome.ts';
import type { Hosts } from '../ports.ts';
import { routes } from '../routes.ts';
import { busy } from './faults.ts';
import type { DeployPorts, DeployRequest } from './request.ts';
import { look, type Desired, type View } from './view.ts';

/** What the first look at the fleet found. Every enrolled host is in exactly one of `views`, `joining`, `unreachable` and `leftOut`. */
export interface Survey {
  /** The hosts that answered, the hub first. */
  readonly views: readonly View[];
  /** Never confirmed and not reachable yet, with the reason. */
  readonly joining: ReadonlyMap<HostName, Fault>;
  /** Confirmed before and not reachable now. */
  readonly unreachable: ReadonlyMap<HostName, Fault>;
  readonly leftOut: ReadonlyMap<HostName, HostOutcome>;
  /** Reasons to change nothing: a transaction that is pending on some host. */
  readonly refusals: readonly Fault[];
}

interface Context {
  readonly request: DeployRequest;
  readonly ports: DeployPorts;
  readonly hosts: Hosts;
  readonly desired: ReadonlyMap<HostName, Desired>;
}

/** Looks at every selected host at once: one connection and one command each. */
export async function observeFleet({ request, ports, hosts, desired }: Context): Promise<Survey> {
  const names = [...desired.keys()];
  const selected = names.filter((host) => isSelected(request, host));
  ports.progress.step(`observing ${selected.length} hosts`);
  const routeTo = routes(request.topology);
  const seen = await Promise.all(
    selected.map(async (host) => ({ host, ...(await look(hosts, routeTo(host), desired.get(host)!)) })),
  );
  const views = seen.flatMap((each) => ('view' in each ? [each.view] : []));
  const remembered = views.find((view) => view.host === HUB)?.fleet ?? new Map<string, string>();
  const missing = seen.flatMap((each) => ('fault' in each ? [each] : []));
  const joins = ({ host, fault }: { host: HostName; fault: Fault }) =>
    host !== HUB && !remembered.has(host) && isAbsence(fault);
  return {
    views,
    joining: new Map(missing.filter(joins).map(({ host, fault }) => [host, fault])),
    unreachable: new Map(missing.filter((each) => !joins(each)).map(({ host, fault }) => [host, fault])),
    leftOut: new Map(
      names.filter((host) => !selected.includes(host)).map((host) => [host, 'excluded' as const]),
    ),
    refusals: views.filter((view) => view.pending !== undefined).map(busy),
  };
}

function isSelected({ only, exclude }: DeployRequest, host: HostName): boolean {
  return (only === undefined || only.includes(host)) && !exclude.includes(host);
}

/** A host that answers with the wrong key is not absent, and waiting would not mend it. */
function isAbsence(fault: Fault): boolean {
  return fault.code === 'ssh/unreachable' || fault.code === 'ssh/jump-failed' || fault.code === 'ssh/timeout';
}
