import { describe, expect, it } from 'vitest';
import { commonGround, isDeclared } from '../../src/app/ground.ts';
import { hostName, HUB } from '../../src/core/model/name.ts';
import { hosts } from '../../src/core/model/topology.ts';
import { topologyOf } from '../e2e/twin-example.ts';

const text = (one: string, more = '') => `version: 1
name: ground
wireguard: { subnet: 10.99.0.0/24 }
hub: { endpoint: 203.0.113.1, tunnel: 10.99.0.1 }
clusters:
  one: { subnet: 10.1.0.0/24, ${one} }
  two: { subnet: 10.2.0.0/24, podCIDR: 10.22.0.0/16, nodes: { r: { address: 10.2.0.10, tunnel: 10.99.0.11 } } }
${more}`;
const ROUTER = 'r: { address: 10.1.0.10, tunnel: 10.99.0.10 }';
const THREE = '  three: { subnet: 10.3.0.0/24, nodes: { r: { address: 10.3.0.10, tunnel: 10.99.0.12 } } }\n';

const base = topologyOf(text(`podCIDR: 10.11.0.0/16, nodes: { ${ROUTER}, old: 10.1.0.11 }`));
const head = topologyOf(
  text(`podCIDR: 10.12.0.0/16, serviceCIDR: 10.13.0.0/16, nodes: { ${ROUTER}, new: 10.1.0.12 }`, THREE),
);
const ground = commonGround(base, head);

describe('the machines that two topologies share', () => {
  it('are those of both', () => {
    expect(ground.clashes).toEqual([]);
    expect(hosts(ground.topology).map(({ name }) => name)).toEqual([
      'hub',
      'one/new',
      'one/old',
      'one/r',
      'three/r',
      'two/r',
    ]);
  });

  it('are the same as either, when there is but one', () => {
    expect(commonGround(head, head).topology).toEqual(head);
  });

  it.each([
    [
      'a node with another address',
      text('nodes: { r: { address: 10.1.0.99, tunnel: 10.99.0.10 } }'),
      'one/r',
    ],
    [
      'a node with another SSH port',
      text(`nodes: { ${ROUTER.replace(' }', ', ssh: { port: 2222 } }')} }`),
      'one/r',
    ],
    ['a hub with another address', text(`nodes: { ${ROUTER} }`).replace('203.0.113.1', '203.0.113.2'), 'hub'],
  ])('cannot be found for %s', (_, other, host) => {
    expect(commonGround(base, topologyOf(other)).clashes).toEqual([expect.stringMatching(`^${host}: `)]);
  });
});

describe('what is declared of a probe', () => {
  const [r, old, two, three] = [
    hostName('one', 'r'),
    hostName('one', 'old'),
    hostName('two', 'r'),
    hostName('three', 'r'),
  ] as const;

  it.each([
    ['node-node', r, two, [true, true]],
    ['node-node', old, two, [true, false]],
    ['node-node', two, three, [false, true]],
    ['pod-pod', two, r, [false, true]],
    ['node-service', two, r, [false, true]],
    ['pod-service', r, r, [false, true]],
    ['hub-node', HUB, old, [true, false]],
    ['node-hub', three, HUB, [false, true]],
  ] as const)('%s from %s to %s', (kind, from, to, expected) => {
    const probe = { kind, from, to, family: 4 } as const;
    expect([base, head].map((each) => isDeclared(each, ground.topology, probe))).toEqual(expected);
  });

  it('is nothing in a family that the tunnel has not', () => {
    expect(isDeclared(head, ground.topology, { kind: 'node-node', from: r, to: two, family: 6 })).toBe(false);
  });
});
