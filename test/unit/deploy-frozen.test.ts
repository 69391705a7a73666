import { describe, expect, it } from 'vitest';
import { deployIn } from '../fakes/deployment.ts';
import type { DeployRequest } from '../../src/app/deploy/request.ts';
import { wantedOf } from '../../src/app/deploy/wanted.ts';
import { fleetLines } from '../../src/app/digest.ts';
import { freeze, unfreeze } from '../../src/app/freeze.ts';
import type { Connect } from '../../src/app/ports.ts';
import { deploymentText } from '../../src/core/report/deployment.ts';
import { HUB } from '../../src/core/model/name.ts';
import { hosts, type Topology } from '../../src/core/model/topology.ts';
import { example } from '../examples.ts';
import { FakeWorld } from '../fakes/world.ts';

const RUNNING = example('two-clusters');
const OTHER: Topology = { ...RUNNING, wireguard: { ...RUNNING.wireguard, mtu: 1380 } };

/** A fleet that is confirmed on the example, and frozen. */
async function frozenWorld(isByHand = false): Promise<FakeWorld> {
  const keys = hosts(RUNNING).map((host) => [host.name, host.enrolment.publicKey?.value ?? ''] as const);
  const world = new FakeWorld(new Map(keys));
  const wanted = wantedOf(RUNNING);
  for (const [host, { release }] of wanted) world.hosts.get(host)!.settle(release.text);
  world.hosts
    .get(HUB)!
    .remember(fleetLines(new Map([...wanted].map(([host, { release }]) => [host, release]))));
  await freeze(RUNNING, { reason: 'the rack moves', who: 'ada', isByHand }, () => world.connect());
  world.expect(undefined);
  return world;
}

function deployTo(
  world: FakeWorld,
  topology: Topology,
  more: Partial<DeployRequest> = {},
  connect: Connect = () => world.connect(),
) {
  return deployIn(world, { topology, ...more }, connect);
}

describe('while deployments are frozen', () => {
  it('another release is refused with the reason, and nothing is called but snapshots', async () => {
    const world = await frozenWorld();
    const { outcome, faults, freeze: met } = await deployTo(world, OTHER);
    expect([outcome, faults.map(({ code }) => code)]).toEqual(['refused', ['deploy/frozen']]);
    expect(faults[0]!.cause).toContain('the rack moves');
    expect(met).toMatchObject({ isLifted: false });
    expect(world.calls.filter((call) => !call.endsWith(' snapshot'))).toEqual([]);
  });

  it('what the hosts run passes and lifts the freeze; after that another release is deployed', async () => {
    const world = await frozenWorld();
    expect(await deployTo(world, RUNNING)).toMatchObject({
      outcome: 'unchanged',
      freeze: { isLifted: true },
    });
    expect(await deployTo(world, OTHER)).toMatchObject({ outcome: 'confirmed' });
  });

  it('what the hosts run lifts nothing that somebody set by hand', async () => {
    const world = await frozenWorld(true);
    const deployment = await deployTo(world, RUNNING);
    expect(deployment).toMatchObject({ outcome: 'unchanged', freeze: { isLifted: false } });
    expect(deploymentText(deployment)).toContain('Deployments stay frozen, ada: the rack moves');
    expect(world.calls.filter((call) => !call.endsWith(' snapshot'))).toEqual([]);
    expect((await deployTo(world, OTHER)).outcome).toBe('refused');
    await unfreeze(RUNNING, () => world.connect());
    expect((await deployTo(world, OTHER)).outcome).toBe('confirmed');
  });

  it('a dry run of what the hosts run lifts nothing', async () => {
    const world = await frozenWorld();
    expect(await deployTo(world, RUNNING, { dryRun: true })).toMatchObject({ freeze: { isLifted: false } });
    expect((await deployTo(world, OTHER)).outcome).toBe('refused');
  });

  it('less than what the hub remembers is not what the hosts run', async () => {
    const world = await frozenWorld();
    const [first] = RUNNING.clusters;
    expect((await deployTo(world, { ...RUNNING, clusters: [first!] })).outcome).toBe('refused');
  });

  it('a second freeze changes nothing, and lifting it says what it was', async () => {
    const world = await frozenWorld();
    const connect = () => world.connect();
    expect((await freeze(RUNNING, { reason: 'another', who: 'bob' }, connect)).reason).toBe('the rack moves');
    expect((await unfreeze(RUNNING, connect))?.who).toBe('ada');
    expect(await unfreeze(RUNNING, connect)).toBeUndefined();
    expect((await deployTo(world, OTHER)).outcome).toBe('confirmed');
  });

  it('the hub itself refuses whoever looked before the freeze came', async () => {
    const world = await frozenWorld();
    await unfreeze(RUNNING, () => world.connect());
    let seen = 0;
    const connect: Connect = () => {
      const inner = world.connect();
      return {
        ...inner,
        open: async (route: Parameters<typeof inner.open>[0]) => {
          const session = await inner.open(route);
          return {
            ...session,
            call: async (call: Parameters<typeof session.call>[0]) => {
              const answer = await session.call(call);
              if (call.verb === 'stage' && seen++ === 0)
                await freeze(RUNNING, { reason: 'just now', who: 'ada' }, () => world.connect());
              return answer;
            },
          };
        },
      };
    };
    const { outcome } = await deployTo(world, OTHER, {}, connect);
    expect(outcome).toBe('refused');
    expect(world.hosts.get(HUB)!.pending).toBeUndefined();
  });
});
