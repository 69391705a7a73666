import { stringify } from 'yaml';
import { keysFile, makeHostKeys, type HostKeys } from '../../src/adapters/twin/host-keys.ts';
import { compile } from '../../src/core/compile/compile.ts';
import type { Fleet } from '../../src/core/model/host-state.ts';
import { HUB, type HostName } from '../../src/core/model/name.ts';
import { hosts, type Hub, type Node, type Topology } from '../../src/core/model/topology.ts';
import { random, type Random } from '../chaos/random.ts';
import { topologyOf } from '../e2e/twin-example.ts';
import { networkOf, type Shape, type Spec, type Stack } from '../property/networks.ts';
import { breakOne, breakSomething, type Broken } from './faults.ts';

/** What of the hosts is not Kuiil's and decides about packets. */
export interface Conditions {
  /** Whether the CNI hides pods behind their node's address outside the cluster. */
  readonly masquerade: boolean;
  /** Whether kube-proxy knows the pod ranges, so that it can give requests from outside a node's address. */
  readonly proxies: boolean;
  readonly hosts: ReadonlyMap<HostName, HostConditions>;
  /** Whether somebody on the way filters the ICMP by which a sender learns that its packet was too large. */
  readonly pathMtuDiscovery: boolean;
  /** Whether hosts drop what conntrack takes for no part of a connection, as kube-proxy's rules do. */
  readonly strictReturn: boolean;
}

export interface HostConditions {
  readonly forward: Policy;
  /** On plain nodes everything comes from the LAN, which every host lets in. */
  readonly input: Policy;
  /** Whether somebody else has switched forwarding on, as Kubernetes does on its nodes. */
  readonly forwards: boolean;
}

export type Policy = 'ACCEPT' | 'DROP';

/** One network with what is wrong in it, all of it decided by the seed. */
export interface Scene {
  readonly seed: number;
  readonly topology: Topology;
  readonly keys: ReadonlyMap<HostName, HostKeys>;
  readonly conditions: Conditions;
  readonly faults: readonly Broken[];
  /** The compiled host states, with the faults in them. */
  readonly fleet: Fleet;
}

/** With up to two faults of any kind. A network without a fault is a case as well. */
export function sceneOf(seed: number): Scene {
  const dice = random(seed);
  const sound = soundScene(seed, dice);
  let { fleet } = sound;
  const faults: Broken[] = [];
  for (let wanted = dice.pick([0, 1, 1, 1, 2, 2]); wanted > 0; wanted--) {
    const broken = breakSomething(fleet, sound.topology, dice);
    fleet = broken.fleet;
    faults.push(broken);
  }
  return { ...sound, faults, fleet };
}

/** With one fault of this kind; undefined where the seed's network has nothing of the kind to break. */
export function sceneWith(kind: string, seed: number): Scene | undefined {
  const dice = random(seed);
  const sound = soundScene(seed, dice);
  const broken = breakOne(kind, sound.fleet, sound.topology, dice);
  return broken && { ...sound, faults: [broken], fleet: broken.fleet };
}

function soundScene(seed: number, dice: Random): Scene {
  const text = topologyText(dice);
  const keys = new Map(
    hosts(topologyOf(text)).map((host) => [host.name, makeHostKeys(host.tunnel.length > 0)]),
  );
  const topology = topologyOf(text, keysFile(keys));
  const conditions = conditionsOf(topology, dice);
  return { seed, topology, keys, conditions, faults: [], fleet: compile(topology) };
}

function conditionsOf(topology: Topology, dice: Random): Conditions {
  const policies: readonly Policy[] = ['ACCEPT', 'DROP'];
  const policy = { forward: dice.pick(policies), input: dice.pick(policies) };
  const differ = dice.unit() < 0.3;
  const ofHost = (host: Hub | Node): HostConditions => ({
    forward: differ ? dice.pick(policies) : policy.forward,
    input: differ ? dice.pick(policies) : policy.input,
    // Plain nodes forward for their pods; where Kuiil switches it on, that must show most of the time.
    forwards: host.tunnel.length === 0 || (host.name !== HUB && dice.unit() < 0.2),
  });
  return {
    masquerade: dice.pick([true, false]),
    proxies: dice.unit() < 0.7,
    pathMtuDiscovery: dice.pick([true, false]),
    strictReturn: dice.pick([true, false]),
    hosts: new Map(hosts(topology).map((host) => [host.name, ofHost(host)])),
  };
}

function topologyText(dice: Random): string {
  const spec: Spec = {
    tunnel: dice.pick<Stack>(['v4', 'v4', 'v6', 'dual', 'dual']),
    clusters: Array.from({ length: dice.pick([2, 2, 3]) }, () => {
      const nodes = dice.pick([1, 2, 2, 3]);
      const shapes: readonly Shape[] = ['one-router', 'every-node', 'standby', 'mixed'];
      return {
        stack: dice.pick<Stack>(['v4', 'v6', 'dual']),
        shape: nodes === 1 ? 'one-router' : dice.pick(shapes),
        nodes,
        pods: dice.unit() < 0.8,
        slices: dice.unit() < 0.5,
        pending: [],
      };
    }),
  };
  const { topology } = networkOf(spec);
  const hub = topology['hub'] as Record<string, unknown>;
  const clusters = Object.entries(topology['clusters'] as Record<string, Record<string, unknown>>).map(
    ([name, cluster], i) =>
      [name, { ...cluster, ...(dice.unit() < 0.3 ? { ranges: otherRange(cluster, i) } : {}) }] as const,
  );
  return stringify({
    ...topology,
    hub: { ...hub, endpoint: dice.pick(['203.0.113.1', '[2001:db8::7]:443']) },
    clusters: Object.fromEntries(clusters),
  });
}

/** One more range, in the families of the cluster. */
function otherRange(cluster: Record<string, unknown>, i: number): Record<string, unknown> {
  const families = [cluster['subnet']].flat().map((subnet) => (String(subnet).includes(':') ? 6 : 4));
  return { storage: families.map((family) => (family === 4 ? `10.150.${i}.0/24` : `fd00:150:${i}::/64`)) };
}
