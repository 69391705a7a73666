import type { Family } from '../../src/core/model/address.ts';
import type { HostName } from '../../src/core/model/name.ts';
import type { Station, Trace } from '../../src/core/model/proof.ts';
import type {
  ClusterSurroundings,
  HostSurroundings,
  Surroundings,
} from '../../src/core/model/surroundings.ts';
import { surroundings } from '../../src/core/prove/surroundings.ts';
import { trace } from '../../src/core/prove/trace.ts';
import { world } from '../../src/core/prove/world.ts';
import type { Layout, NodeLayout } from '../../src/adapters/twin/layout.ts';
import type { Pair } from './questions.ts';
import type { Scene } from './scene.ts';

/** What the proof says of each pair. */
export function predict(scene: Scene, layout: Layout, pairs: readonly Pair[]): readonly Trace[] {
  const known = world(scene.fleet, surroundingsOf(scene, layout));
  return pairs.map(({ source, target }) => {
    const { family } = target.address;
    const from = source.addresses.find((address) => address.family === family)!;
    return trace(known, {
      from: { kind: KINDS[source.kind], host: source.host, address: from, label: from.text },
      to: {
        kind: KINDS[target.kind],
        host: target.host,
        address: target.address,
        label: target.address.text,
      },
      protocol: target.port === 0 ? 'icmp' : 'tcp',
      ...(target.port === 0 ? {} : { port: target.port }),
    });
  });
}

const KINDS: Readonly<Record<Pair['source']['kind'] | Pair['target']['kind'], Station['kind']>> = {
  hub: 'hub',
  node: 'nodes',
  tunnel: 'nodes',
  pod: 'pods',
  service: 'services',
  other: 'other',
};

/** What a proof has to be told, as it is on the rig. */
function surroundingsOf({ topology, conditions }: Scene, layout: Layout): Surroundings {
  const { pathMtuDiscovery, strictReturn, masquerade } = conditions;
  const assumed = surroundings(topology);
  const nodes = new Map(layout.sites.flatMap((site) => site.nodes).map((node) => [node.host, node]));
  const cluster = (each: ClusterSurroundings): ClusterSurroundings => ({ ...each, masquerade });
  const host = (each: HostSurroundings): HostSurroundings => {
    const { forward, input, forwards } = conditions.hosts.get(each.host)!;
    const forwarding: readonly Family[] = forwards ? [4, 6] : [];
    return { ...each, forward, input, forwarding, pods: slicesOf(nodes.get(each.host)) };
  };
  return {
    ...assumed,
    hosts: new Map(
      [...assumed.hosts].map(([name, each]): [HostName, HostSurroundings] => [name, host(each)]),
    ),
    clusters: assumed.clusters.map(cluster),
    mtu: 1500,
    pathMtuDiscovery,
    strictReturn,
  };
}

function slicesOf(node: NodeLayout | undefined) {
  return node?.pods.map(({ slice }) => slice) ?? [];
}
