import { compile } from '../core/compile/compile.ts';
import { finding } from '../core/codes/finding.ts';
import type { Finding } from '../core/model/diagnostic.ts';
import { quote } from '../core/model/escape.ts';
import { parsePublicKey } from '../core/model/key.ts';
import { HUB } from '../core/model/name.ts';
import type { End, Failure, Station, Unreached } from '../core/model/proof.ts';
import type { Expectation, Hub, Node, Selector, Topology } from '../core/model/topology.ts';
import { aim } from '../core/prove/aim.ts';
import { causeOf } from '../core/prove/cause.ts';
import { prove } from '../core/prove/prove.ts';
import { failureOf } from '../core/prove/trace.ts';
import { world, type World } from '../core/prove/world.ts';
import { reasonSentence } from '../core/report/reasons.ts';
import { surroundingsOf } from './proof.ts';

/** What does not do as it is expected to, with every host taken for enrolled: a change is judged before keys are there. */
export function brokenExpectations(topology: Topology): readonly Finding[] {
  if (topology.expectations.length === 0) return [];
  const declared = enrolled(topology);
  const fleet = compile(declared);
  const around = surroundingsOf(declared);
  const { ends, unreached } = prove(fleet, around);
  const scene: Scene = { topology, world: world(fleet, around), ends, unreached };
  return topology.expectations.flatMap(
    (each) => (each.reach ? unmet(each, scene) : overdone(each, scene)) ?? [],
  );
}

interface Scene {
  readonly topology: Topology;
  readonly world: World;
  readonly ends: readonly End[];
  readonly unreached: readonly Unreached[];
}

/** What is expected to be reached, and is not. */
function unmet(expectation: Expectation, scene: Scene): Finding | undefined {
  const [from, to] = [expectation.from.value, expectation.to.value];
  const names = new Set(scene.ends.map((end) => `${end.place}/${end.name}`));
  const isNode = ({ text, name }: Selector) => name !== undefined && !names.has(text);
  const pairs = stationPairs(scene, from, to);
  const first = pairs.next();
  if (first.done)
    return broken(
      expectation,
      `nothing of ${quote(to.text)} is declared that ${quote(from.text)} could reach`,
    );
  if (isNode(from) || isNode(to)) {
    for (const pair of stationPairs(scene, from, to)) {
      const failure = ask(scene, pair);
      if (failure) return failed(expectation, scene, failure);
    }
    return undefined;
  }
  const lost = scene.unreached.find((each) => selects(from, each.from) && selects(to, each.to));
  return lost && failed(expectation, scene, lost.failure);
}

/** What is expected not to be reached, and is; also where pods cannot be told from the nodes that they are on. */
function overdone(expectation: Expectation, scene: Scene): Finding | undefined {
  const [from, to] = [expectation.from.value, expectation.to.value];
  let hidden: Pair | undefined;
  for (const pair of stationPairs(scene, from, to)) {
    if (ask(scene, pair)) continue;
    if (!pair.source.isHidden)
      return broken(expectation, `${quote(from.text)} reaches ${quote(to.text)}, and is expected not to`);
    hidden ??= pair;
  }
  if (from.name !== 'pods') return undefined;
  const nodes = { place: from.place, name: 'nodes', text: `${from.place}/nodes` };
  for (const pair of stationPairs(scene, nodes, to)) {
    if (hidden === undefined && ask(scene, pair)) continue;
    return finding('expect/indistinguishable', {
      at: expectation.from.at,
      message: `whether ${quote(from.text)} reaches ${quote(to.text)} cannot be told: behind a CNI that masquerades they look like ${quote(nodes.text)}, which does`,
      hint: `expect the same of ${quote(nodes.text)}`,
    });
  }
  return undefined;
}

interface Pair {
  readonly source: Station;
  readonly target: Station;
}

function* stationPairs({ world: scene }: Scene, from: Selector, to: Selector): Generator<Pair, undefined> {
  const { targets } = aim(scene, to.text);
  for (const source of aim(scene, from.text).sources)
    for (const target of targets)
      if (source.address.family === target.address.family && placeOf(source) !== placeOf(target))
        yield { source, target };
  return undefined;
}

function ask({ world: scene }: Scene, { source, target }: Pair): Failure | undefined {
  const protocol = target.kind === 'hub' ? 'icmp' : 'tcp';
  return failureOf(scene, { from: source, to: target, protocol });
}

function selects({ place, name }: Selector, end: End): boolean {
  return (place === 'all' || place === end.place) && (name === undefined || name === end.name);
}

function placeOf({ host }: Station): string {
  return host === HUB ? HUB : host.split('/')[0]!;
}

function failed(expectation: Expectation, { topology }: Scene, failure: Failure): Finding {
  const { from, to } = expectation;
  const message = `${quote(from.value.text)} does not reach ${quote(to.value.text)}: ${reasonSentence(failure)}`;
  const at = causeOf(failure, topology);
  return { ...broken(expectation, message), related: [{ at, message: 'look here first' }] };
}

function broken({ at }: Expectation, message: string): Finding {
  return finding('expect/broken', {
    at,
    message,
    hint: 'mend the network, or change the expectation if it is no longer meant',
  });
}

/** As if every host had its keys: ones that nobody has, and that are never rendered. */
function enrolled(topology: Topology): Topology {
  let count = 0;
  const enrol = <T extends Hub | Node>(host: T): T => {
    const value = parsePublicKey(btoa(String(++count).padStart(32, 'k')))!;
    const publicKey = host.enrolment.publicKey ?? { value, at: host.at };
    const needsKey = host.tunnel.length > 0;
    const hostKeys = [{ type: 'ssh-ed25519', blob: '' }];
    return { ...host, enrolment: { hostKeys, ...(needsKey ? { publicKey } : {}) } };
  };
  return {
    ...topology,
    hub: enrol(topology.hub),
    clusters: topology.clusters.map((cluster) => ({ ...cluster, nodes: cluster.nodes.map(enrol) })),
  };
}
