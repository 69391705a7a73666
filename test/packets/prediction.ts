import { hostPrefix, type Family } from '../../src/core/model/address.ts';
import { DECISION_PORT } from '../../src/core/model/firewall.ts';
import type { HostName } from '../../src/core/model/name.ts';
import type { End, Proof, Station, Trace } from '../../src/core/model/proof.ts';
import type {
  ClusterSurroundings,
  HostSurroundings,
  Surroundings,
} from '../../src/core/model/surroundings.ts';
import { surroundings as assumedOf } from '../../src/core/prove/surroundings.ts';
import { trace } from '../../src/core/prove/trace.ts';
import { prove } from '../../src/core/prove/prove.ts';
import { world, type World } from '../../src/core/prove/world.ts';
import type { Layout, NodeLayout } from '../../src/adapters/twin/layout.ts';
import type { Pair, Source, Target } from './questions.ts';
import type { Scene } from './scene.ts';

export interface Prediction {
  /** Of this very pair. */
  readonly trace: Trace;
  /** Whether the proof of everything counts the ends that it belongs to among those that reach each other. */
  readonly isClaimed: boolean;
}

/** What is said of each pair, in their order. */
export function predict(scene: Scene, layout: Layout, pairs: readonly Pair[]): readonly Prediction[] {
  const surroundings = surroundingsOf(scene, layout);
  const known = world(scene.fleet, surroundings);
  const isClaimed = claims(prove(scene.fleet, surroundings));
  return pairs.map((pair) => ({
    trace: traceOf(known, pair, scene.conditions.masquerade),
    isClaimed: isClaimed(pair),
  }));
}

function claims({ unreached, roads }: Proof): (pair: Pair) => boolean {
  const denied = new Set(unreached.map(({ from, to }) => `${endText(from)} ${endText(to)}`));
  const cannotAsk = new Set(roads.filter(({ road }) => road === 'decision').map(({ host }) => host));
  return (pair) => {
    const { source, target } = pair;
    if (target.port === DECISION_PORT) return source.kind === 'node' && !cannotAsk.has(source.host);
    return !denied.has(`${endText(endOf(pair, source))} ${endText(endOf(pair, target))}`);
  };
}

function endOf({ target }: Pair, { kind, host }: Source | Target): End {
  const name = kind === 'other' ? 'storage' : KINDS[kind];
  return { place: host.replace(/\/.*/, ''), kind: KINDS[kind], name, family: target.address.family };
}

function endText({ place, kind, name, family }: End): string {
  return `${place}/${kind}/${name}/${family}`;
}

function traceOf(known: World, { source, target }: Pair, masquerade: boolean): Trace {
  const { family } = target.address;
  const from = source.addresses.find((address) => address.family === family)!;
  return trace(known, {
    from: {
      kind: KINDS[source.kind],
      host: source.host,
      address: from,
      label: from.text,
      ...(masquerade && source.kind === 'pod' ? { isHidden: true } : {}),
    },
    to: {
      kind: KINDS[target.kind],
      host: target.host,
      address: target.address,
      label: target.address.text,
    },
    protocol: target.port === 0 ? 'icmp' : 'tcp',
    ...(target.port === 0 ? {} : { port: target.port }),
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
  const { pathMtuDiscovery, strictReturn, masquerade, proxies } = conditions;
  const assumed = assumedOf(topology);
  const nodes = new Map(layout.sites.flatMap((site) => site.nodes).map((node) => [node.host, node]));
  const cluster = (each: ClusterSurroundings): ClusterSurroundings => ({
    ...each,
    masquerade,
    proxied: proxies ? each.proxied : [],
  });
  const host = (each: HostSurroundings): HostSurroundings => {
    const { forward, input, forwards } = conditions.hosts.get(each.host)!;
    const forwarding: readonly Family[] = forwards ? [4, 6] : [];
    return { ...each, forward, input, forwarding, ...podsOf(nodes.get(each.host)) };
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

/** There is one pod a node and family, and at no other address of its slice is anybody. */
function podsOf(node: NodeLayout | undefined): Pick<HostSurroundings, 'pods' | 'bridge'> {
  const pods = node?.pods ?? [];
  const bridge = pods.find(({ gateway }) => gateway.family === 6)?.gateway;
  return { pods: pods.map(({ pod }) => hostPrefix(pod)), ...(bridge ? { bridge } : {}) };
}
