import { DECISION_PORT } from '../../core/model/firewall.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import {
  activeRouter,
  isPending,
  type Cluster,
  type Node,
  type Topology,
} from '../../core/model/topology.ts';
import type { View } from './view.ts';

/** How many other clusters each host probes: in a ring by name, so that every cluster is probed from several others. */
const NEIGHBOURS = 4;
/** How many clusters the hub itself probes. */
const FROM_HUB = 64;

/** The probes of one host, as lines of the `probe` verb (docs/host.md). */
export interface Probes {
  /** Must succeed after an activation, where the sessions of before may hide what it did. */
  readonly handshakes: readonly string[];
  /** Must succeed after an activation, whatever was before. */
  readonly required: readonly string[];
  /** Must succeed after it where they succeeded before. */
  readonly kept: readonly string[];
}

/**
 * What to probe from a host, by the topology that is deployed. WireGuard goes on with an old session for up to 180 s, which masks a
 * wrong key or endpoint: hence the handshakes. Ping alone passes where large packets do not: so one is sent at the
 * tunnel's MTU that must not be split.
 */
export function probesOf(topology: Topology, view: View): Probes {
  const { state } = view.desired;
  const routed = new Set(state.routes.map((group) => group.family));
  const reach = reachable(topology);
  if (view.host === HUB)
    return {
      handshakes: [],
      required: [],
      kept: reach.slice(0, FROM_HUB).flatMap((router) => pings(router, routed)),
    };
  const handshakes = (state.wireguard?.peers ?? []).map((peer) => `handshake ${peer.publicKey}`);
  const hub = topology.hub.tunnel
    .filter(({ value }) => routed.has(value.family))
    .map(({ value }) => value.text);
  const others = neighbours(reach, clusterOf(view.host));
  return {
    handshakes,
    required: hub.map((address) => `ping ${address}`),
    kept: [
      ...hub.map((address) => `ping-df ${address} ${topology.wireguard.mtu}`),
      ...others.flatMap((router) => [...pings(router, routed), ...tcp(router, routed)]),
    ],
  };
}

/** The active routers that are enrolled, by cluster. */
function reachable(topology: Topology): readonly Node[] {
  return topology.clusters.flatMap((cluster: Cluster) => {
    const router = activeRouter(cluster);
    return router && !isPending(router) ? [router] : [];
  });
}

function neighbours(routers: readonly Node[], own: string): readonly Node[] {
  const at = routers.findIndex((router) => router.cluster === own);
  const ring = [...routers.slice(at + 1), ...routers.slice(0, Math.max(at, 0))];
  return ring.filter((router) => router.cluster !== own).slice(0, NEIGHBOURS);
}

function pings(router: Node, routed: ReadonlySet<number>): readonly string[] {
  return addresses(router, routed).map((address) => `ping ${address}`);
}

/**
 * A TCP segment that has to be answered, since ping says nothing about connection tracking. To a port that nobody listens on: "refused"
 * is as good an answer, while sshd counts connections that never log in and punishes their source (PerSourcePenalties, OpenSSH 9.8).
 * A firewall on the way that rejects says the same as its target would: only the pings beside it tell them apart.
 */
function tcp(router: Node, routed: ReadonlySet<number>): readonly string[] {
  return addresses(router, routed).map((address) => `tcp ${address} ${DECISION_PORT}`);
}

function addresses(router: Node, routed: ReadonlySet<number>): readonly string[] {
  return router.addresses.filter(({ value }) => routed.has(value.family)).map(({ value }) => value.text);
}

function clusterOf(host: HostName): string {
  return host.split('/')[0]!;
}
