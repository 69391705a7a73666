import type { HostKey } from '../core/model/key.ts';
import type { Hub, Node, Topology } from '../core/model/topology.ts';
import { routes } from './routes.ts';

/** The keys that a `known_hosts` file pins for what is dialled. */
export type KnownHosts = (address: string, port: number) => readonly HostKey[];

/** Pins the host keys of a `known_hosts` file for hosts whose entry in the keys file has none. The keys file wins. */
export function withKnownHosts(topology: Topology, known: KnownHosts): Topology {
  const routeTo = routes(topology);
  const pin = <T extends Hub | Node>(host: T): T => {
    if (host.enrolment.hostKeys.length > 0) return host;
    const { address, port } = routeTo(host.name);
    return { ...host, enrolment: { ...host.enrolment, hostKeys: known(address, port) } };
  };
  return {
    ...topology,
    hub: pin(topology.hub),
    clusters: topology.clusters.map((cluster) => ({ ...cluster, nodes: cluster.nodes.map(pin) })),
  };
}
