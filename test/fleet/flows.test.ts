import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HUB, hostName } from '../../src/core/model/name.ts';
import type { ProbeResult } from '../../src/core/model/probe.ts';
import { topologyOf } from '../e2e/twin-example.ts';
import { deployAccepted, rotate } from '../flows/rotation.ts';
import { deployStage, flowsDuring, TOPOLOGIES, type Flows } from '../flows/third-cluster.ts';
import { bash, bringUpFleet, reachedWithin, type Fleet } from './fleet.ts';

// Issue 3: what a deployment costs the traffic of clusters that it does not touch, beside what restarting WireGuard on the hub
// costs, in one run.
let fleet: Fleet;
const figures: string[] = [];

beforeAll(async () => {
  fleet = await bringUpFleet(topologyOf(TOPOLOGIES.added));
  await deployStage(stage(), undefined, 'without');
});

afterAll(async () => {
  console.log(figures.join('\n'));
  await fleet?.down();
});

async function measured(what: string, deed: () => Promise<void>): Promise<Flows> {
  const flows = await flowsDuring(fleet.lab, deed);
  figures.push(`${what}: ${flows.toString()}`);
  return flows;
}

/** The topology whose keys file the rotations write. */
let rotated: string | undefined;

const publicKeys = () =>
  Promise.all(TUNNELS.map(async (host) => (await bash(fleet.lab, host, 'wg show wg0 public-key')).trim()));

const stage = () => ({ deployer: fleet.deployer, network: fleet.lab });
const isBetweenOldOnes = ({ from, to }: ProbeResult) => !`${from} ${to}`.includes('cluster3/');
const TUNNELS = [HUB, hostName('cluster1', 'c1-master'), hostName('cluster2', 'c2-master')];
const HOSTS = [hostName('cluster3', 'c3-node1'), hostName('cluster3', 'c3-master')];

describe('flows of a hundred packets a second between clusters 1 and 2', () => {
  it.for([
    ['cluster 3 is added', 'without', 'added'],
    ['its ranges change', 'added', 'changed'],
  ] as const)('lose nothing when %s', async ([what, from, to]) => {
    const { lost, sent } = await measured(what, () => deployStage(stage(), from, to));
    expect(sent).toBeGreaterThan(1000);
    expect(lost).toBe(0);
  });

  it('lose nothing when it is removed', async () => {
    const { lost } = await measured('cluster 3 is removed', async () => {
      const { deployer } = fleet;
      const file = deployer.topology(TOPOLOGIES.changed, 'changed');
      const removal = await deployer.run('remove', file, '--only', HOSTS.join(','));
      expect(removal.exitCode, removal.stdout + removal.stderr).toBe(0);
      await deployStage(stage(), 'changed', 'without');
    });
    expect(lost).toBe(0);
  });

  it.each([
    ['a router', ['cluster1/c1-master']],
    ['the hub', ['hub']],
    ['the hub and both routers at once', ['--all']],
  ] as const)('are interrupted for one handshake by new keys: %s', async (what, names) => {
    const { deployer } = fleet;
    rotated ??= deployer.topology(TOPOLOGIES.without, 'rotated');
    const used = await publicKeys();
    await rotate(deployer, rotated, ...names);
    expect(await publicKeys()).toEqual(used);
    const { lost, gapMs } = await measured(`new keys: ${what}`, async () => {
      await deployAccepted(deployer, rotated!);
    });
    expect(gapMs).toBeLessThan(1000);
    expect(lost).toBeLessThan(400);
    const now = await publicKeys();
    const changed = used.filter((key) => !now.includes(key)).length;
    expect(changed).toBe(names[0] === '--all' ? used.length : names.length);
    await reachedWithin(fleet.lab, 10_000, isBetweenOldOnes);
  });

  it('lose many when WireGuard is restarted on the hub', async () => {
    const { lost, gapMs } = await measured('systemctl restart wg-quick@wg0 on the hub', async () => {
      await bash(fleet.lab, HUB, 'systemctl restart wg-quick@wg0');
      await reachedWithin(fleet.lab, 120_000, isBetweenOldOnes);
    });
    expect(lost).toBeGreaterThan(100);
    expect(gapMs).toBeGreaterThan(1000);
  });
});
