import { FaultError, type Fault } from '../../core/model/fault.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import { ring as ringOf, type Ring } from '../../core/diff/order.ts';
import type { Hosts } from '../ports.ts';
import { routes } from '../routes.ts';
import { cameNot, withoutTunnel } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { DeployPorts, DeployRequest } from './request.ts';
import type { Desired } from './desired.ts';
import { look, type View } from './view.ts';

interface Context {
  readonly request: DeployRequest;
  readonly ports: DeployPorts;
  readonly hosts: Hosts;
  readonly desired: ReadonlyMap<HostName, Desired>;
  readonly joining: ReadonlyMap<HostName, Fault>;
  readonly ring: Ring;
  readonly ledger: Ledger;
}

const RETRY_MS = 500;

/**
 * The joining hosts of one ring that can be reached now that the ring before it is in place. A host that does not come in
 * time is reported as awaited, and the others go on; with `requireAll` it ends the deployment.
 */
export async function arrivals(context: Context): Promise<readonly View[]> {
  const { desired, joining, ring } = context;
  const expected = [...joining.keys()].filter(
    (host) => ringOf({ host, after: desired.get(host)!.state }) === ring,
  );
  if (expected.length === 0) return [];
  context.ports.progress.step(`waiting for ${expected.join(', ')}`);
  const seen = await Promise.all(expected.map((host) => awaitHost(context, host)));
  return seen.flatMap((view) => view ?? []);
}

async function awaitHost(context: Context, host: HostName): Promise<View | undefined> {
  const { request, ports, hosts, desired, joining, ledger } = context;
  const routeTo = routes(request.topology);
  const until = ports.clock.now() + request.awaitS * 1000;
  let fault = joining.get(host)!;
  // A host behind another one that did not come cannot come either.
  if (routeTo(host).via && ledger.isAwaited(routeTo(host).via!.host)) return miss(context, host, fault);
  do {
    const seen = await look(hosts, routeTo(host), desired.get(host)!);
    if ('view' in seen) return seen.view;
    fault = seen.fault;
    await ports.clock.wait(RETRY_MS, request.signal);
  } while (ports.clock.now() < until && !request.signal.aborted);
  return miss(context, host, await explained(context, host, fault));
}

function miss({ request, ledger }: Context, host: HostName, fault: Fault): undefined {
  if (request.requireAll) throw new FaultError(cameNot(host, fault));
  ledger.set(host, 'awaited', cameNot(host, fault));
}

/** Whoever is behind the hub and has never shaken hands with it lacks a tunnel, which is another thing to mend than a login. */
async function explained({ request, hosts, desired }: Context, host: HostName, fault: Fault): Promise<Fault> {
  const routeTo = routes(request.topology);
  if (routeTo(host).via?.host !== HUB || !desired.get(host)!.state.wireguard) return fault;
  const seen = await look(hosts, routeTo(HUB), desired.get(HUB)!);
  if (!('view' in seen) || seen.view.handshakes.get(host) !== undefined) return fault;
  return withoutTunnel(fault, desired.get(HUB)!.state.wireguard?.port);
}
