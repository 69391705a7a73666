import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { HUB } from '../../src/core/model/name.ts';
import { TOPOLOGIES } from '../flows/third-cluster.ts';
import { Deployer } from './program.ts';
import { topologyOf, up } from './twin-example.ts';

let network: TwinNetwork;
let deployer: Deployer;

beforeAll(async () => {
  network = await up(topologyOf(TOPOLOGIES.without));
  deployer = new Deployer(network);
});

afterAll(() => network?.down());

// As a provider's firewall does it, which no host can see: it is before everything that the hub itself decides.
const CLOSE = ['iptables', '-t', 'raw', '-A', 'PREROUTING', '-p', 'udp', '--dport', '51820', '-j', 'DROP'];

it('a first deployment says that no handshake has come, and which port to open', async () => {
  expect((await network.exec(HUB, CLOSE)).exitCode).toBe(0);
  const file = deployer.topology(TOPOLOGIES.without);
  const { document, exitCode, stderr } = await deployer.deployment('deploy', file, '--await', '2');
  expect({ exitCode, outcome: document.outcome }, stderr).toEqual({ exitCode: 0, outcome: 'confirmed' });
  for (const router of ['cluster1/c1-master', 'cluster2/c2-master']) {
    expect(document.hosts[router]?.outcome).toBe('awaited');
    const fault = document.faults.find(({ host }) => host === router);
    expect(JSON.stringify(fault ?? document.hosts[router])).toMatch(/never had a WireGuard handshake/);
    expect(JSON.stringify(fault ?? document.hosts[router])).toMatch(/UDP port 51820 of the hub is open/);
  }
});
