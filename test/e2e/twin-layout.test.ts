import { describe, expect, it } from 'vitest';
import { layOut } from '../../src/adapters/twin/layout.ts';
import { chooseHosts } from '../../src/adapters/twin/sample.ts';
import { hosts, type Topology } from '../../src/core/model/topology.ts';
import { example, topologyOf } from './twin-example.ts';

function laidOut(topology: Topology) {
  const { sites } = layOut(
    topology,
    'kt0',
    hosts(topology).map((host) => host.name),
  );
  return sites.flatMap((site) => site.nodes);
}

function slices(name: string) {
  return laidOut(example(name)).map((node) => node.pods.map((pod) => pod.slice.text).join(' '));
}

describe('a sample', () => {
  it('holds every router, also those that stand by, and so many other nodes', () => {
    const { chosen, leftOut } = chooseHosts(example('five-clusters'), 1);
    expect(leftOut).toEqual(['headquarters/worker2']);
    expect(chosen.slice(0, 5)).toEqual([
      'hub',
      'edge/box',
      'headquarters/gw-a',
      'headquarters/gw-b',
      'headquarters/worker1',
    ]);
  });

  it('holds the routers alone when it is empty', () => {
    expect(chooseHosts(example('every-node'), 0).chosen).toEqual(['hub', 'east/e1', 'west/w1']);
  });

  it('brings the jump hosts of the chosen ones with it', () => {
    const text = `
version: 1
name: jumps
wireguard: { subnet: 10.99.0.0/24 }
hub: { endpoint: 203.0.113.1, tunnel: 10.99.0.1 }
clusters:
  a:
    subnet: 10.1.0.0/24
    nodes:
      r: { address: 10.1.0.1, tunnel: 10.99.0.2 }
      n1: { address: 10.1.0.2, ssh: { via: a/z } }
      z: 10.1.0.3
`;
    expect(chooseHosts(topologyOf(text), 1)).toEqual({ chosen: ['hub', 'a/n1', 'a/r', 'a/z'], leftOut: [] });
  });
});

describe('the layout of a twin', () => {
  it('gives every node its own slice of the pod range, or else the next free one', () => {
    expect(slices('every-node').slice(0, 3)).toEqual(['10.64.1.0/24', '10.64.2.0/24', '10.64.3.0/24']);
    expect(slices('dual-stack').slice(0, 2)).toEqual([
      '10.100.0.0/24 fd00:100::/64',
      '10.100.1.0/24 fd00:100:0:1::/64',
    ]);
  });

  it('cuts slices as small as a small pod range needs', () => {
    const text = `
version: 1
name: small
wireguard: { subnet: 10.99.0.0/24 }
hub: { endpoint: 203.0.113.1, tunnel: 10.99.0.1 }
clusters:
  a:
    subnet: 10.1.0.0/24
    podCIDR: 10.2.0.0/26
    nodes:
      r: { address: 10.1.0.1, tunnel: 10.99.0.2, podCIDR: 10.2.0.0/28 }
      'n[1-2]': '10.1.0.[2-3]'
`;
    expect(laidOut(topologyOf(text)).map((node) => node.pods[0]!.slice.text)).toEqual([
      '10.2.0.16/28',
      '10.2.0.32/28',
      '10.2.0.0/28',
    ]);
  });

  it('puts nothing of its own into a range of the topology', () => {
    const text = `
version: 1
name: taken
wireguard: { subnet: 198.18.0.0/24 }
hub: { endpoint: hub.example.org, tunnel: 198.18.0.1 }
clusters:
  a: { subnet: 203.0.113.0/24, nodes: { r: { address: 203.0.113.254, tunnel: 198.18.0.2 } } }
`;
    const { internet, sites } = layOut(topologyOf(text), 'kt0', []);
    expect(internet.hub.text).toBe('198.51.100.1');
    expect(internet.outside.get(4)!.text).toBe('100.64.0.0/16');
    expect(sites[0]!.gateways[0]!.address.text).toBe('203.0.113.253');
  });
});
