import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { check } from '../../src/app/check.ts';
import { fleetLines, release } from '../../src/app/digest.ts';
import { deployMerged } from '../../src/app/github/deploy-merged.ts';
import { parsePatterns } from '../../src/app/github/patterns.ts';
import type { Event } from '../../src/app/github/event.ts';
import type { Ended } from '../../src/app/github/ports.ts';
import { readRecord } from '../../src/app/github/record.ts';
import { pointerLine } from '../../src/app/github/sticky.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { HUB } from '../../src/core/model/name.ts';
import { hosts, type Topology } from '../../src/core/model/topology.ts';
import { FakeRepository } from '../fakes/repository.ts';
import { FakeWorld } from '../fakes/world.ts';

const KEYS = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');
const BASE = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const GROWN = BASE.replace('10.97.0.0/16', '10.98.0.0/16');
const OTHER = BASE.replace('10.96.0.0/16', '10.66.0.0/16');
const DANGEROUS = BASE.replace('192.168.99.0/24', '192.168.98.0/23');

function topologyOf(text: string): Topology {
  return check({
    topology: { file: 'topology.yaml', bytes: Buffer.from(text) },
    keys: { file: 'topology.keys.yaml', bytes: Buffer.from(KEYS) },
  }).value!;
}

/** A fleet that is settled on the base, or on which nothing was ever deployed. */
function fleet(isNew: boolean): FakeWorld {
  const topology = topologyOf(BASE);
  const keys = hosts(topology).map(
    ({ name, enrolment }) => [name, enrolment.publicKey?.value ?? ''] as const,
  );
  const world = new FakeWorld(new Map(keys));
  if (isNew) return world;
  const parts = release(compile(topology), 'wg0').hosts;
  for (const [host, { text }] of parts) world.hosts.get(host)!.settle(text);
  world.hosts.get(HUB)!.remember(fleetLines(parts));
  return world;
}

let repository: FakeRepository;
let world: FakeWorld;
let said: string;
let base: string;

beforeEach(() => {
  repository = new FakeRepository();
  repository.writers.add('wendy').add('walter');
  base = repository.push({ 'topology.yaml': BASE, 'topology.keys.yaml': KEYS });
  world = fleet(false);
  said = '';
});

const say = (text: string) => void (said += `${text}\n`);

/** The run that a push to main starts. */
function run(
  after: string,
  before = base,
  options: { mayPushDirectly?: boolean; event?: Event } = {},
): Promise<Ended> {
  return deployMerged(
    {
      event: options.event ?? { kind: 'push', ref: 'refs/heads/main', before, after },
      defaultBranch: 'main',
      patterns: parsePatterns('topology.yaml'),
      environment: 'kuiil',
      confirmTimeoutS: 30,
      awaitS: 5,
      mayPushDirectly: options.mayPushDirectly ?? false,
      who: 'test',
      transaction: () => 'trial',
      signal: new AbortController().signal,
    },
    {
      ...repository.ports,
      connect: () => world.connect(),
      clock: world.clock,
      step: {
        log: say,
        progress: () => ({ step: say, end: () => undefined }),
        annotate: say,
        warn: say,
        summary: async (text) => say(text),
        keep: async (name) => name,
      },
    },
  );
}

const outcome = async (ended: Promise<Ended>) => (await ended).outputs.outcome;
const changes = () => world.calls.filter((call) => !call.endsWith('snapshot'));

describe('a merge', () => {
  it('is deployed, recorded, and told to its pull request', async () => {
    const merge = repository.merge(7, { 'topology.yaml': GROWN });
    const { outputs, isFailure } = await run(merge);
    expect(outputs).toMatchObject({
      outcome: 'confirmed',
      valid: true,
      changed: true,
      hostsChanged: 4,
      risk: 'none',
    });
    expect(isFailure).toBe(false);
    expect(repository.records).toMatchObject([
      {
        commit: merge,
        state: 'success',
        payload: { topology: 'topology.yaml', outcome: 'confirmed', to: outputs.release },
      },
    ]);
    expect(readRecord(outputs.record!)!.topologies).toMatchObject([
      { file: 'topology.yaml', outcome: 'confirmed', pulls: [7] },
    ]);
  });

  it('is a no-op when it is deployed already, and says so to nobody', async () => {
    await run(repository.merge(7, { 'topology.yaml': GROWN }));
    const before = repository.main;
    world.calls.length = 0;
    const { outputs } = await run(repository.merge(8, { 'README.md': 'words' }), before);
    expect(outputs).toMatchObject({ outcome: 'unchanged', changed: false, hostsChanged: 0 });
    expect(readRecord(outputs.record!)!.topologies).toMatchObject([{ pulls: [] }]);
    expect(changes()).toEqual([]);
    expect(repository.records).toHaveLength(1);
  });

  it('is superseded when the branch has moved, and nobody is dialled', async () => {
    const merge = repository.merge(7, { 'topology.yaml': GROWN });
    repository.merge(8, { 'README.md': 'words' });
    expect(await outcome(run(merge))).toBe('superseded');
    expect(world.calls).toEqual([]);
  });

  it('is deployed with what an earlier run left to it, and all pull requests are told', async () => {
    const first = repository.merge(7, { 'topology.yaml': GROWN });
    const second = repository.merge(8, { 'README.md': 'words' });
    expect(await outcome(run(first))).toBe('superseded');
    const { outputs } = await run(second, first);
    expect(outputs.outcome).toBe('confirmed');
    expect(readRecord(outputs.record!)!.topologies).toMatchObject([{ pulls: [7] }]);
  });

  it('that is not valid dials nobody', async () => {
    const { outputs, isFailure } = await run(
      repository.merge(7, { 'topology.yaml': BASE.replace('10.97', '10.96') }),
    );
    expect({ ...outputs, isFailure }).toMatchObject({ outcome: 'invalid', valid: false, isFailure: true });
    expect(world.calls).toEqual([]);
  });

  it('of a branch that is not the default one is refused', async () => {
    const event: Event = { kind: 'push', ref: 'refs/heads/other', before: base, after: base };
    await expect(run(base, base, { event })).rejects.toMatchObject({ fault: { code: 'github/event' } });
  });
});

describe('a direct push', () => {
  it('is refused, and changes nothing', async () => {
    const { outputs, isFailure } = await run(repository.push({ 'topology.yaml': GROWN }));
    expect({ outcome: outputs.outcome, isFailure }).toEqual({ outcome: 'refused', isFailure: true });
    expect(changes()).toEqual([]);
  });

  it('is refused when it hides below a merge', async () => {
    const push = repository.push({ 'topology.yaml': GROWN });
    expect(await outcome(run(repository.merge(8, { 'README.md': 'words' }), push))).toBe('refused');
    expect(changes()).toEqual([]);
  });

  it('is deployed where the input allows it', async () => {
    const push = repository.push({ 'topology.yaml': GROWN });
    expect(await outcome(run(push, base, { mayPushDirectly: true }))).toBe('confirmed');
  });
});

describe('a dangerous merge', () => {
  let merge: string;
  let digest: string;

  beforeEach(async () => {
    merge = repository.merge(7, { 'topology.yaml': DANGEROUS });
    const { outputs } = await run(merge);
    digest = outputs.planDigest!;
  });

  it('is refused, and what accepts it is said', async () => {
    expect((await run(merge)).outputs).toMatchObject({ outcome: 'refused', risk: 'danger' });
    expect(said).toContain(`/kuiil accept tunnel-subnet ${digest}`);
  });

  const accept = (code = 'tunnel-subnet', text = digest) => `/kuiil accept ${code} ${text}`;

  it.each<[string, () => Parameters<FakeRepository['comment']>[1]]>([
    ['who may only read', () => ({ body: accept(), author: { login: 'rita', isPerson: true } })],
    ['a bot', () => ({ body: accept(), author: { login: 'wendy', isPerson: false } })],
    ['an App in the name of a person', () => ({ body: accept(), app: 900 })],
    ['somebody whose comment was edited', () => ({ body: accept(), isEdited: true })],
    ['somebody whose comment is hidden', () => ({ body: accept(), isHidden: true })],
    ['somebody who gives 39 digits', () => ({ body: accept('tunnel-subnet', digest.slice(0, 39)) })],
    ['somebody who accepts another danger', () => ({ body: accept('hub-key') })],
    ['somebody who accepts another plan', () => ({ body: accept('tunnel-subnet', '0'.repeat(64)) })],
    ['somebody who quotes it', () => ({ body: `> ${accept()}` })],
    ['somebody who asks about it', () => ({ body: `shall I write\n${accept()}` })],
  ])('is not accepted by %s', async (_, comment) => {
    repository.comment(7, comment());
    expect(await outcome(run(merge))).toBe('refused');
    expect(changes()).toEqual([]);
  });

  it('is deployed when a writer accepts it in words of his own', async () => {
    repository.comment(7, { body: `${accept()}\n`, author: { login: 'walter', isPerson: true } });
    expect(await outcome(run(merge))).toBe('confirmed');
  });

  it('is not accepted any more when the hosts have moved', async () => {
    repository.comment(7, { body: accept() });
    repository.merge(8, { 'topology.yaml': DANGEROUS.replace('10.97.0.0/16', '10.98.0.0/16') });
    expect(await outcome(run(repository.main, merge))).toBe('refused');
  });
});

describe('what was reviewed', () => {
  it('is shown beside what is deployed when the base has moved', async () => {
    const shown = repository.push({ 'topology.yaml': BASE });
    const merged = repository.push({ 'topology.yaml': OTHER });
    // What the comment of #7 says that its plan was made from: the base as it was then.
    const pointer = { base: shown, merge: merged, digest: 'a'.repeat(64) };
    repository.comment(7, {
      body: `${pointerLine('topology.yaml', pointer)}\n`,
      author: { login: 'github-actions[bot]', isPerson: false },
    });
    const { outputs } = await run(repository.merge(7, { 'topology.yaml': GROWN }), merged, {
      mayPushDirectly: true,
    });
    expect(outputs.outcome).toBe('confirmed');
    expect(said).toContain('not the plan that #7 shows');
  });
});

describe('a first deployment', () => {
  beforeEach(() => {
    world = fleet(true);
  });

  it('has no dangers', async () => {
    expect(await outcome(run(base, base, { mayPushDirectly: true }))).toBe('confirmed');
  });

  it('is refused when the topology was pushed directly, also when something else was merged after it', async () => {
    expect(await outcome(run(base))).toBe('refused');
    expect(await outcome(run(repository.merge(7, { 'README.md': 'words' })))).toBe('refused');
    expect(await outcome(run(repository.merge(8, { 'topology.yaml': GROWN })))).toBe('confirmed');
  });
});
