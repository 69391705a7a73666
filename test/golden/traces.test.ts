import { describe, expect, it } from 'vitest';
import { surroundingsOf } from '../../src/app/proof.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { isPrefix, parseAddress, parsePrefix, type Prefix } from '../../src/core/model/address.ts';
import type { HostState, Peer, RouteGroup } from '../../src/core/model/host-state.ts';
import { parsePublicKey } from '../../src/core/model/key.ts';
import { parseHostName } from '../../src/core/model/name.ts';
import { REASONS, type Reason, type TracedPacket } from '../../src/core/model/proof.ts';
import type { HostSurroundings, Surroundings } from '../../src/core/model/surroundings.ts';
import { aim } from '../../src/core/prove/aim.ts';
import { trace } from '../../src/core/prove/trace.ts';
import { world } from '../../src/core/prove/world.ts';
import { traceMarkdown } from '../../src/core/report/trace-markdown.ts';
import { traceText } from '../../src/core/report/trace.ts';
import { example } from '../examples.ts';
import { expectGolden } from './golden.ts';

interface Case {
  readonly example?: 'two-clusters' | 'every-node';
  readonly from: string;
  readonly to: string;
  /** What is put into a host's state. */
  readonly damage?: { readonly host: string; readonly state: (state: HostState) => HostState | undefined };
  readonly around?: (surroundings: Surroundings) => Surroundings;
}

const [ROUTER, NODE] = ['cluster1/c1-master', 'cluster1/c1-node1'];
const NOBODY = parsePublicKey('QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=')!;

const CASES: Readonly<Record<Reason, Case>> = {
  'no-state': { from: NODE, to: 'cluster2/c2-node1', damage: { host: NODE, state: () => undefined } },
  'no-address': {
    from: 'hub',
    to: NODE,
    damage: { host: 'hub', state: tunnel((wireguard) => ({ ...wireguard, addresses: [] })) },
    around: (all) => mapHost(all, 'hub', (host) => ({ ...host, addresses: [] })),
  },
  'no-route': {
    from: NODE,
    to: 'cluster2/services',
    damage: {
      host: NODE,
      state: routes((group) => ({
        ...group,
        destinations: group.destinations.filter(({ text }) => text !== '10.97.0.0/16'),
      })),
    },
  },
  'next-hop-unreachable': {
    from: NODE,
    to: 'cluster2/c2-node1',
    damage: { host: NODE, state: routes((group) => ({ ...group, via: parseAddress('192.168.100.77')! })) },
  },
  'no-tunnel': {
    from: NODE,
    to: 'cluster2/c2-node1',
    damage: { host: NODE, state: routes(({ family, destinations }) => ({ family, destinations })) },
  },
  'no-peer': {
    from: NODE,
    to: 'cluster2/pods',
    damage: {
      host: ROUTER,
      state: allowed('hub', (list) => list.filter(({ text }) => text !== '10.245.0.0/16')),
    },
  },
  'unknown-key': {
    from: ROUTER,
    to: 'hub',
    damage: { host: ROUTER, state: peers((peer) => ({ ...peer, publicKey: NOBODY })) },
  },
  'not-a-peer': {
    from: ROUTER,
    to: 'hub',
    damage: {
      host: 'hub',
      state: tunnel((wireguard) => ({ ...wireguard, peers: wireguard.peers.slice(1) })),
    },
  },
  'endpoint-wrong': {
    from: ROUTER,
    to: 'hub',
    damage: { host: ROUTER, state: peers((peer) => ({ ...peer, endpoint: '203.0.113.1:51999' })) },
  },
  'handshake-blocked': { from: ROUTER, to: 'hub', damage: { host: 'hub', state: rules('KUIIL-INPUT', [1]) } },
  'source-filtered': {
    from: 'cluster1/pods',
    to: 'cluster2/c2-node1',
    damage: {
      host: 'cluster2/c2-master',
      state: allowed('hub', (list) => list.filter(({ text }) => text !== '10.244.0.0/16')),
    },
  },
  'not-forwarding': {
    from: NODE,
    to: 'cluster2/c2-node1',
    damage: { host: ROUTER, state: (state) => ({ ...state, forwarding: [] }) },
  },
  'forward-dropped': {
    from: NODE,
    to: 'cluster2/c2-node1',
    damage: { host: ROUTER, state: rules('KUIIL-FORWARD', [1]) },
  },
  'input-dropped': {
    from: NODE,
    to: 'cluster2/c2-master',
    damage: { host: 'cluster2/c2-master', state: rules('KUIIL-INPUT', [1]) },
  },
  'too-large': {
    from: NODE,
    to: 'cluster2/c2-node1',
    damage: {
      host: 'cluster2/c2-master',
      state: (state) => ({ ...state, chains: state.chains.filter(({ table }) => table !== 'mangle') }),
    },
  },
  loop: {
    from: NODE,
    to: 'cluster2/c2-node1',
    damage: { host: ROUTER, state: routes((group) => ({ ...group, via: parseAddress('192.168.100.101')! })) },
    // Under policy DROP no host sends back into its LAN what came from there.
    around: (all) => ({
      ...all,
      hosts: new Map([...all.hosts].map(([host, each]) => [host, { ...each, forward: 'ACCEPT' }])),
    }),
  },
  astray: {
    from: NODE,
    to: 'cluster2/pods',
    around: (all) => ({
      ...all,
      clusters: all.clusters.map((cluster) =>
        cluster.name === 'cluster1'
          ? { ...cluster, subnets: [...cluster.subnets, prefix('10.245.0.0/17')] }
          : cluster,
      ),
    }),
  },
  'other-way-back': {
    example: 'every-node',
    from: 'west/w1',
    to: 'east/services',
    around: (all) => ({ ...all, clusters: all.clusters.map((cluster) => ({ ...cluster, proxied: [] })) }),
  },
};

describe('a packet is followed', () => {
  it('to every reason for which it may die', () => expect(Object.keys(CASES)).toEqual([...REASONS]));

  it.each(REASONS)('until %s', (reason) => {
    const packet = follow(CASES[reason]);
    expect(packet.failure?.reason).toBe(reason);
    expectGolden(`test/golden/traces/${reason}.txt`, traceText(packet));
  });

  it('until it arrives, and the answer comes back', () => {
    const packet = follow({ from: 'cluster1/c1-node1', to: 'cluster2/services' });
    expect(packet.failure).toBeUndefined();
    expectGolden('test/golden/traces/arrives.txt', traceText(packet));
    expectGolden('test/golden/traces/arrives.md', traceMarkdown(packet));
  });
});

function follow({
  example: name = 'two-clusters',
  from,
  to,
  damage,
  around = (all) => all,
}: Case): TracedPacket {
  const topology = example(name);
  const fleet = new Map(compile(topology));
  if (damage) {
    const host = parseHostName(damage.host)!;
    const state = damage.state(fleet.get(host)!);
    if (state) fleet.set(host, state);
    else fleet.delete(host);
  }
  const scene = world(fleet, around(surroundingsOf(topology)));
  const pairs = aim(scene, from).sources.flatMap((source) =>
    aim(scene, to).targets.map((target) => ({ from: source, to: target })),
  );
  // The last service is answered on a node without a way of its own, or with the wrong one.
  const pair = pairs.find((each) => trace(scene, { ...each, protocol: 'tcp' }).failure) ?? pairs[0]!;
  const protocol = pair.to.kind === 'hub' ? 'icmp' : 'tcp';
  return { ...pair, protocol, ...trace(scene, { ...pair, protocol }) };
}

type Change = (state: HostState) => HostState;

function tunnel(change: (wireguard: NonNullable<HostState['wireguard']>) => HostState['wireguard']): Change {
  return (state) => ({ ...state, wireguard: change(state.wireguard!)! });
}

function peers(change: (peer: Peer) => Peer): Change {
  return tunnel((wireguard) => ({ ...wireguard, peers: wireguard.peers.map(change) }));
}

function allowed(name: string, change: (list: readonly Prefix[]) => readonly Prefix[]): Change {
  return peers((peer) => (peer.name === name ? { ...peer, allowedIPs: change(peer.allowedIPs) } : peer));
}

function routes(change: (group: RouteGroup) => RouteGroup): Change {
  return (state) => ({ ...state, routes: state.routes.map(change) });
}

/** Takes rules out of a chain of the filter table, by number from 1. */
function rules(name: string, numbers: readonly number[]): Change {
  return (state) => ({
    ...state,
    chains: state.chains.map((chain) =>
      chain.chain === name && chain.table === 'filter'
        ? { ...chain, rules: chain.rules.filter((_, i) => !numbers.includes(i + 1)) }
        : chain,
    ),
  });
}

function mapHost(
  all: Surroundings,
  name: string,
  change: (host: HostSurroundings) => HostSurroundings,
): Surroundings {
  return {
    ...all,
    hosts: new Map([...all.hosts].map(([host, around]) => [host, host === name ? change(around) : around])),
  };
}

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (!isPrefix(parsed)) throw new Error(`${text} is no prefix`);
  return parsed;
}
