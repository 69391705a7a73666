import { HUB, type HostName } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import type { Desired } from './desired.ts';

/** The topology with what the probes ask of it as it is in releases that hosts hold, where it has moved on in git. */
export function asDeployed(topology: Topology, hosts: ReadonlyMap<HostName, Desired>): Topology {
  const tunnel = hosts.get(HUB)?.state.wireguard;
  if (!tunnel) return topology;
  const { at } = topology.hub;
  return {
    ...topology,
    hub: { ...topology.hub, tunnel: tunnel.addresses.map((value) => ({ value, at })) },
    wireguard: { ...topology.wireguard, mtu: tunnel.mtu },
  };
}
