import type { HostName } from '../../core/model/name.ts';
import { hosts as hostsOf, type Topology } from '../../core/model/topology.ts';
import type { Route } from '../ports.ts';
import { routes } from '../routes.ts';

/**
 * How an administrator's own ssh is told to reach each host: at its public or LAN address, and by whatever their
 * configuration says of it. The deployer's road, through the tunnel, is not there yet.
 */
export function ownRoutes(topology: Topology): (name: HostName) => Route {
  const routeTo = routes(topology);
  const byName = new Map(hostsOf(topology).map((host) => [host.name, host]));
  return (name) => {
    const host = byName.get(name)!;
    const address = 'cluster' in host ? host.addresses[0]!.value.text : host.endpoint.host;
    return { ...routeTo(name), address: host.ssh.host ?? address };
  };
}
