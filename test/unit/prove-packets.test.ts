import { describe, expect, it } from 'vitest';
import { keysFile, makeHostKeys } from '../../src/adapters/twin/host-keys.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { comparePrefix, hostPrefix, parseAddress, prefixOf } from '../../src/core/model/address.ts';
import type { Fleet } from '../../src/core/model/host-state.ts';
import { HUB, hostName, type HostName } from '../../src/core/model/name.ts';
import type { EndKind, Failure, Station } from '../../src/core/model/proof.ts';
import type { Surroundings } from '../../src/core/model/surroundings.ts';
import { hosts } from '../../src/core/model/topology.ts';
import { surroundings } from '../../src/core/prove/surroundings.ts';
import { trace } from '../../src/core/prove/trace.ts';
import { world } from '../../src/core/prove/world.ts';
import { topologyOf } from '../e2e/twin-example.ts';

// What `npm run packets` has found: cases in which packets went another way than the proof said. Each is the smallest network that
// shows it, with the seed that did.

const THREE = `
version: 1
name: three
wireguard: { subnet: 10.99.0.0/24 }
hub: { endpoint: 203.0.113.1, tunnel: 10.99.0.1 }
clusters:
  a:
    subnet: 10.1.0.0/24
    nodes:
      r: { address: 10.1.0.10, tunnel: 10.99.0.10 }
      n: 10.1.0.11
      w: 10.1.0.12
  b:
    subnet: 10.2.0.0/24
    serviceCIDR: 10.22.0.0/24
    nodes: { r: { address: 10.2.0.10, tunnel: 10.99.0.20 }, n: 10.2.0.11 }
  c:
    subnet: 10.3.0.0/24
    podCIDR: 10.13.0.0/16
    serviceCIDR: 10.23.0.0/24
    ranges: { storage: 10.53.0.0/24 }
    router: r
    nodes:
      r: { address: 10.3.0.10, tunnel: 10.99.0.30 }
      n: 10.3.0.11
      m: { address: 10.3.0.12, tunnel: 10.99.0.31 }
`;

const DUAL = `
version: 1
name: dual
wireguard: { subnet: [10.99.0.0/24, 'fd00:99::/64'] }
hub: { endpoint: 203.0.113.1, tunnel: [10.99.0.1, 'fd00:99::1'] }
clusters:
  a:
    subnet: [10.1.0.0/24, 'fd00:1::/64']
    podCIDR: [10.11.0.0/16, 'fd00:100:a::/56']
    router: r
    nodes:
      r: { address: [10.1.0.10, 'fd00:1::10'], tunnel: [10.99.0.10, 'fd00:99::10'] }
      m: { address: [10.1.0.11, 'fd00:1::11'], tunnel: [10.99.0.11, 'fd00:99::11'] }
      s:
        address: [10.1.0.12, 'fd00:1::12']
        tunnel: [10.99.0.12, 'fd00:99::12']
        podCIDR: [10.11.9.0/24, 'fd00:100:a:9::/64']
  b:
    subnet: [10.2.0.0/24, 'fd00:2::/64']
    podCIDR: [10.12.0.0/16, 'fd00:100:b::/56']
    nodes: { r: { address: [10.2.0.10, 'fd00:2::10'], tunnel: [10.99.0.20, 'fd00:99::20'] } }
`;

describe('packets have taught the proof', () => {
  it('that a host under policy DROP sends nothing of its LAN back into it (seed 28)', () => {
    const { fleet, around } = network(THREE);
    const wrong = changed(fleet, hostName('a', 'w'), '10.1.0.11');
    const asked = [station('nodes', 'a', 'w', '10.1.0.12'), station('nodes', 'b', 'n', '10.2.0.11')] as const;
    expect(why(wrong, around, ...asked)).toMatchObject({
      reason: 'forward-dropped',
      host: 'a/n',
      leg: 'way',
    });
    expect(why(wrong, { ...underAccept(around), strictReturn: false }, ...asked)).toBeUndefined();
  });

  it('that a host which sees questions and no answers drops the rest of the connection, where it is strict (seed 662)', () => {
    const { fleet, around } = network(THREE);
    const wrong = changed(fleet, hostName('a', 'w'), '10.1.0.11');
    const asked = [station('nodes', 'a', 'w', '10.1.0.12'), station('nodes', 'b', 'n', '10.2.0.11')] as const;
    const strict = { ...underAccept(around), strictReturn: true };
    expect(why(wrong, strict, ...asked)).toMatchObject({ reason: 'other-way-back', host: 'a/n' });
    const ping = { from: asked[0], to: asked[1], protocol: 'icmp' } as const;
    expect(trace(world(wrong, strict), ping).failure).toBeUndefined();
  });

  it('that an answer from behind a service gets its address back once, on the router that took it away (seeds 26, 33)', () => {
    const { fleet, around } = network(THREE);
    const asked = [
      station('nodes', 'a', 'n', '10.1.0.11'),
      station('services', 'b', 'n', '10.22.0.10'),
    ] as const;
    expect(around.clusters.map(({ proxied }) => proxied)).toEqual([[], [], [4]]);
    expect(why(fleet, around, ...asked)).toBeUndefined();
  });

  it('that a request which kube-proxy sends on is answered to its host, by the way that the answerer has there (seed 308)', () => {
    const { fleet, around } = network(THREE);
    const asked = [
      station('nodes', 'a', 'n', '10.1.0.11'),
      station('services', 'c', 'n', '10.23.0.10'),
    ] as const;
    expect(why(fleet, around, ...asked)).toBeUndefined();
    const state = fleet.get(hostName('c', 'n'))!;
    const destinations = [hostPrefix(parseAddress('10.3.0.10')!)];
    const stray = { family: 4, via: parseAddress('10.3.0.12')!, destinations } as const;
    const wrong = new Map([...fleet, [state.host, { ...state, routes: [...state.routes, stray] }]]);
    expect(why(wrong, around, ...asked)).toMatchObject({
      reason: 'forward-dropped',
      host: 'c/m',
      leg: 'return',
    });
  });

  it('that a device answers through the node it is behind, whichever brought the question (seed 311)', () => {
    const { fleet, around } = network(THREE);
    const asked = [station('nodes', 'a', 'n', '10.1.0.11'), station('other', 'c', 'r', '10.53.0.2')] as const;
    expect(why(fleet, around, ...asked)).toBeUndefined();
    const hub = fleet.get(HUB)!;
    const peers = hub.wireguard!.peers.map((peer) => {
      const kept = peer.allowedIPs.filter(({ text }) => text !== '10.53.0.0/24');
      const given = peer.name === 'c/m' ? [prefixOf(parseAddress('10.53.0.0')!, 24)] : [];
      return { ...peer, allowedIPs: [...kept, ...given].toSorted(comparePrefix) };
    });
    const wrong = new Map([...fleet, [HUB, { ...hub, wireguard: { ...hub.wireguard!, peers } }]]);
    expect(why(wrong, around, ...asked)).toMatchObject({
      reason: 'source-filtered',
      host: 'hub',
      peer: 'c/r',
    });
  });

  it('that behind kube-proxy a rule for the port that was asked matches nothing (seed 1140)', () => {
    const { fleet, around } = network(THREE);
    const state = fleet.get(hostName('c', 'r'))!;
    const chains = state.chains.map((chain) => ({
      ...chain,
      rules: chain.rules.map((rule) =>
        chain.chain === 'KUIIL-FORWARD' && rule.in
          ? { ...rule, match: { protocol: 'tcp', port: 80 } as const }
          : rule,
      ),
    }));
    const tight = new Map([...fleet, [state.host, { ...state, chains }]]);
    const from = station('nodes', 'a', 'n', '10.1.0.11');
    const asked = { protocol: 'tcp', port: 80 } as const;
    const whyOf = (to: Station) => trace(world(tight, around), { from, to, ...asked }).failure?.reason;
    expect(whyOf(station('nodes', 'c', 'n', '10.3.0.11'))).toBeUndefined();
    expect(whyOf(station('services', 'c', 'n', '10.23.0.10'))).toBe('forward-dropped');
  });

  it('that a host whose tunnel has no IPv6 address sends from the one of its own that is most like the destination (seed 70315)', () => {
    const { fleet, around } = network(DUAL);
    const fromNode = (node: string, to: Station) => {
      const wrong = withoutTunnelV6(fleet, hostName('a', node));
      return why(wrong, around, station('nodes', 'a', node, 'fd00:1::11'), to);
    };
    const node = station('nodes', 'b', 'r', 'fd00:2::10');
    const pod = station('pods', 'b', 'r', 'fd00:100:b::2');
    for (const name of ['r', 'm', 's']) expect(fromNode(name, node)).toBeUndefined();
    // The router answers for pods, and a node for its own ones.
    for (const name of ['r', 's']) expect(fromNode(name, pod)).toBeUndefined();
    expect(fromNode('m', pod)).toMatchObject({ reason: 'source-filtered', host: 'hub', peer: 'a/m' });
  });
});

function network(text: string): { readonly fleet: Fleet; readonly around: Surroundings } {
  const all = hosts(topologyOf(text));
  const keys = new Map(all.map(({ name, tunnel }) => [name, makeHostKeys(tunnel.length > 0)]));
  const topology = topologyOf(text, keysFile(keys));
  return { fleet: compile(topology), around: surroundings(topology) };
}

function station(kind: EndKind, cluster: string, node: string, address: string): Station {
  return { kind, host: hostName(cluster, node), address: parseAddress(address)!, label: address };
}

function why(fleet: Fleet, around: Surroundings, from: Station, to: Station): Failure | undefined {
  return trace(world(fleet, around), { from, to, protocol: 'tcp', port: 8080 }).failure;
}

/** The fleet with one host that sends everything to another next hop. */
function changed(fleet: Fleet, host: HostName, hop: string): Fleet {
  const state = fleet.get(host)!;
  const routes = state.routes.map((group) => ({ ...group, via: parseAddress(hop)! }));
  return new Map([...fleet, [host, { ...state, routes }]]);
}

function withoutTunnelV6(fleet: Fleet, host: HostName): Fleet {
  const state = fleet.get(host)!;
  const wireguard = state.wireguard!;
  const addresses = wireguard.addresses.filter(({ family }) => family === 4);
  return new Map([...fleet, [host, { ...state, wireguard: { ...wireguard, addresses } }]]);
}

function underAccept(around: Surroundings): Surroundings {
  const all = [...around.hosts].map(([name, host]) => [name, { ...host, forward: 'ACCEPT' }] as const);
  return { ...around, hosts: new Map(all) };
}
