import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check, type Examined } from '../../src/app/check.ts';
import { deployIn } from '../fakes/deployment.ts';
import { fleetLines, release } from '../../src/app/digest.ts';
import { plan } from '../../src/app/plan.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { HUB, hostName, type HostName } from '../../src/core/model/name.ts';
import { hosts, type Topology } from '../../src/core/model/topology.ts';
import { FakeWorld } from '../fakes/world.ts';

const TOPOLOGY = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const KEYS = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');

type Sound = Examined & { readonly value: Topology };

function examined(topology: string, keys = KEYS): Sound {
  const found = check({
    topology: { file: 'topology.yaml', bytes: Buffer.from(topology) },
    keys: { file: 'topology.keys.yaml', bytes: Buffer.from(keys) },
  });
  if (!found.value) throw new Error(JSON.stringify(found.diagnostics));
  return { ...found, value: found.value };
}

interface Selection {
  readonly isFirst: boolean;
  readonly exclude: readonly HostName[];
  readonly only: readonly HostName[];
}

const BASE = examined(TOPOLOGY);
const HEADS: Readonly<Record<string, Sound>> = {
  'another port': examined(TOPOLOGY.replace('endpoint: 203.0.113.1', 'endpoint: 203.0.113.1:443')),
  'another tunnel subnet': examined(TOPOLOGY.replace('192.168.99.0/24', '192.168.98.0/23')),
  'a range of another cluster': examined(
    TOPOLOGY.replace('10.244.0.0/16', '10.246.0.0/16').replace('10.245.0.0/16', '10.244.0.0/16'),
  ),
  'a cluster less': examined(
    TOPOLOGY.replace(/ {2}cluster2:[^]*$/, ''),
    KEYS.replace(/^cluster2\/[^]*$/m, ''),
  ),
};

async function deployed(
  head: Sound,
  accept: readonly string[],
  { isFirst = false, exclude = [] as readonly HostName[], ...rest }: Partial<Selection> = {},
) {
  const keys = hosts(BASE.value).map(
    ({ name, enrolment }) => [name, enrolment.publicKey?.value ?? ''] as const,
  );
  const world = new FakeWorld(new Map(keys));
  const parts = release(compile(BASE.value), 'wg0').hosts;
  if (!isFirst) {
    for (const [host, { text }] of parts) world.hosts.get(host)!.settle(text);
    world.hosts.get(HUB)!.remember(fleetLines(parts));
  }
  const deployment = await deployIn(world, {
    topology: head.value,
    locate: head.locate,
    accept,
    exclude,
    ...rest,
  });
  return { deployment, verbs: new Set(world.calls.map((call) => call.split(' ')[1])) };
}

describe.each(Object.entries(HEADS))('%s', (_, head) => {
  const { digest, dangers } = plan(BASE.value, head.value, head.locate);

  it('is refused where nobody accepted it, with the digest of the plan, and nothing but looked at', async () => {
    const { deployment, verbs } = await deployed(head, []);
    expect(deployment.outcome).toBe('refused');
    expect(deployment.plan).toEqual({ digest, dangers: deployment.plan?.dangers });
    expect(deployment.faults.map(({ code }) => code)).toEqual(dangers.map(() => 'deploy/danger'));
    expect([...verbs]).toEqual(['snapshot']);
  });

  it('is refused where the acceptance is of another plan', async () => {
    const accept = dangers.map(({ code }) => `${code}@${'0'.repeat(64)}`);
    expect((await deployed(head, accept)).deployment.outcome).toBe('refused');
  });

  it('is deployed where it is accepted', async () => {
    const accept = dangers.map(({ code }) => `${code}@${digest.slice(0, 40)}`);
    expect(accept).not.toEqual([]);
    expect((await deployed(head, accept)).deployment.outcome).toBe('confirmed');
  });
});

it('a first deployment needs no acceptance', async () => {
  const { deployment } = await deployed(BASE, [], { isFirst: true });
  expect(deployment).toMatchObject({ outcome: 'confirmed', faults: [] });
  expect(deployment.plan).toBeUndefined();
});

it.each(['hub-key', `hub-key@${'0'.repeat(39)}`, `all@${'0'.repeat(64)}`])(
  'nobody is dialled for an acceptance of another form: %s',
  async (accept) => {
    const { deployment, verbs } = await deployed(BASE, [accept]);
    expect(deployment.faults.map(({ code }) => code)).toEqual(['deploy/acceptance']);
    expect(deployment.outcome).toBe('refused');
    expect(verbs.size).toBe(0);
  },
);

describe('without the hub, which decides for all', () => {
  const more = examined(
    TOPOLOGY.replace('10.97.0.0/16', '10.97.0.0/16\n    ranges: { metallb: 10.0.50.0/24 }'),
  );
  const nodes = [hostName('cluster1', 'c1-node1'), hostName('cluster1', 'c1-node2')];

  it.each([
    ['it is excluded', { exclude: [HUB] }],
    ['it has changes of its own and is not named', { only: nodes }],
  ])('several hosts are refused, since a deployer that dies would split them: %s', async (_, selection) => {
    const { deployment, verbs } = await deployed(more, [], selection);
    expect(deployment.faults.map(({ code }) => code)).toEqual(['deploy/without-hub']);
    expect([...verbs]).toEqual(['snapshot']);
  });

  it('one host is deployed to', async () => {
    const { deployment } = await deployed(more, [], { only: nodes.slice(0, 1) });
    expect(deployment).toMatchObject({ outcome: 'confirmed', faults: [] });
  });
});
