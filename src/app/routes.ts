import { HUB, type HostName } from '../core/model/name.ts';
import { hosts, type Hub, type Node, type Topology } from '../core/model/topology.ts';
import type { Route } from './ports.ts';

/** How to dial each host of a valid topology, jumps resolved. Ask only for hosts that are enrolled. */
export function routes(topology: Topology): (name: HostName) => Route {
  const byName = new Map(hosts(topology).map((host) => [host.name, host]));
  const known = new Map<HostName, Route>();
  const routeTo = (name: HostName): Route => {
    const found = known.get(name) ?? makeRoute(topology, byName.get(name)!, routeTo);
    known.set(name, found);
    return found;
  };
  return routeTo;
}

function makeRoute(topology: Topology, host: Hub | Node, routeTo: (name: HostName) => Route): Route {
  const { via } = host.ssh;
  return {
    host: host.name,
    address: host.ssh.host ?? defaultAddress(topology, host),
    port: host.ssh.port,
    user: host.ssh.user,
    hostKeys: host.enrolment.hostKeys,
    ...(via === 'direct' ? {} : { via: routeTo(via) }),
  };
}

/** Through the hub a node is met at its tunnel address; from inside its site, or directly, at its LAN address. */
function defaultAddress(topology: Topology, host: Hub | Node): string {
  if (!('cluster' in host)) return topology.hub.endpoint.host;
  const address = host.ssh.via === HUB ? (host.tunnel[0] ?? host.addresses[0]) : host.addresses[0];
  return address!.value.text;
}
