import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { deployStage, flowsDuring, TOPOLOGIES } from '../flows/third-cluster.ts';
import { Deployer } from './program.ts';
import { topologyOf, up } from './twin-example.ts';

// The bounded part of test/fleet/flows.test.ts, on light hosts.
let network: TwinNetwork;
let deployer: Deployer;

beforeAll(async () => {
  network = await up(topologyOf(TOPOLOGIES.added));
  deployer = new Deployer(network);
  await deployStage({ deployer, network }, undefined, 'without');
});

afterAll(() => network?.down());

describe('flows of a hundred packets a second between clusters 1 and 2', () => {
  it.for([
    ['cluster 3 is added', 'without', 'added'],
    ['it is taken out of the topology', 'added', 'without'],
  ] as const)('lose nothing when %s', async ([, from, to]) => {
    const flows = await flowsDuring(network, () => deployStage({ deployer, network }, from, to));
    expect(flows.sent).toBeGreaterThan(400);
    expect(flows.lost, flows.toString()).toBe(0);
  });
});
