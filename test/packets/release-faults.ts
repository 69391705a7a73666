import { compile } from '../../src/core/compile/compile.ts';
import type { Fleet, HostState } from '../../src/core/model/host-state.ts';
import { HUB, type HostName } from '../../src/core/model/name.ts';
import { isTunnelNode, type Cluster, type Topology } from '../../src/core/model/topology.ts';
import type { Random } from '../chaos/random.ts';
import type { Fault } from './faults.ts';

const stateMissing: Fault = (fleet, _, dice) => {
  const host = dice.pick([...fleet.keys()].filter((name) => name !== HUB));
  return {
    told: `${host} was never deployed to`,
    fleet: new Map([...fleet].filter(([name]) => name !== host)),
  };
};

/** As in the middle of a deployment, or after one that reached only some of the hosts. */
const routerMoves: Fault = (fleet, topology, dice) => {
  const cluster = dice.pick(topology.clusters);
  const others = cluster.nodes.filter(
    (node) => isTunnelNode(node) && node.name !== cluster.routers[0]?.value,
  );
  if (cluster.nodes.filter(isTunnelNode).length < 2 || others.length === 0) return undefined;
  const router = dice.pick(others);
  const moved = { ...cluster, routers: [{ value: router.name, at: cluster.at }] };
  return half(fleet, compile(withCluster(topology, moved)), { dice, what: `${router.name} is the router` });
};

const clusterLeaves: Fault = (fleet, topology, dice) => {
  const cluster = dice.pick(topology.clusters);
  const nodes = cluster.nodes.map((node) => ({ ...node, enrolment: { hostKeys: [] } }));
  const without = compile(withCluster(topology, { ...cluster, nodes }));
  return half(fleet, without, { dice, what: `there is no ${cluster.name}` });
};

export const RELEASE_FAULTS = {
  'state-missing': stateMissing,
  'router-moves': routerMoves,
  'cluster-leaves': clusterLeaves,
} satisfies Record<string, Fault>;

function withCluster(topology: Topology, changed: Cluster): Topology {
  const clusters = topology.clusters.map((cluster) => (cluster.name === changed.name ? changed : cluster));
  return { ...topology, clusters };
}

/** Each host on one release or the other. */
function half(
  before: Fleet,
  after: Fleet,
  { dice, what }: { readonly dice: Random; readonly what: string },
): ReturnType<Fault> {
  const ahead = [...before.keys()].filter(() => dice.pick([true, false]));
  const states = [...before].flatMap(([host, state]): [HostName, HostState][] => {
    const now = ahead.includes(host) ? after.get(host) : state;
    return now ? [[host, now]] : [];
  });
  return ahead.length === 0
    ? undefined
    : { told: `${ahead.join(', ')} already on a release in which ${what}`, fleet: new Map(states) };
}
