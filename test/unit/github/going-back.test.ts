import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { check } from '../../../src/app/check.ts';
import { fleetLines, release, sha256 } from '../../../src/app/digest.ts';
import { unfreeze } from '../../../src/app/freeze.ts';
import { deployMerged } from '../../../src/app/github/deploy-merged.ts';
import type { DeployMergedRequest } from '../../../src/app/github/deploy-request.ts';
import { holdNetworks } from '../../../src/app/github/hold-network.ts';
import { parsePatterns } from '../../../src/app/github/patterns.ts';
import type { Ended, Step } from '../../../src/app/github/ports.ts';
import { readRecord } from '../../../src/app/github/record.ts';
import { reportDeployment } from '../../../src/app/github/report-deployment.ts';
import { rollbackNetwork } from '../../../src/app/github/rollback-network.ts';
import { compile } from '../../../src/core/compile/compile.ts';
import { HUB } from '../../../src/core/model/name.ts';
import { hosts } from '../../../src/core/model/topology.ts';
import { FakeIssues } from '../../fakes/issues.ts';
import { FakeProposals } from '../../fakes/proposals.ts';
import { FakeRepository } from '../../fakes/repository.ts';
import { FakeWorld } from '../../fakes/world.ts';

const KEYS = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');
const BASE = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const GROWN = BASE.replace('10.97.0.0/16', '10.98.0.0/16');

const TOPOLOGY = check({
  topology: { file: 'topology.yaml', bytes: Buffer.from(BASE) },
  keys: { file: 'topology.keys.yaml', bytes: Buffer.from(KEYS) },
}).value!;
const PARTS = release(compile(TOPOLOGY), 'wg0').hosts;

let repository: FakeRepository;
let world: FakeWorld;
let issues: FakeIssues;
let proposals: FakeProposals;
let base: string;
let trials: number;

beforeEach(() => {
  repository = new FakeRepository();
  base = repository.push({ 'topology.yaml': BASE, 'topology.keys.yaml': KEYS });
  world = settled();
  issues = new FakeIssues();
  proposals = new FakeProposals(repository);
  trials = 0;
});

/** A fleet that was never deployed to. */
function fleet(): FakeWorld {
  const keys = hosts(TOPOLOGY).map(
    ({ name, enrolment }) => [name, enrolment.publicKey?.value ?? ''] as const,
  );
  return new FakeWorld(new Map(keys));
}

/** A fleet that is confirmed on the base. */
function settled(): FakeWorld {
  const confirmed = fleet();
  for (const [host, { text }] of PARTS) confirmed.hosts.get(host)!.settle(text);
  confirmed.hosts.get(HUB)!.remember(fleetLines(PARTS));
  return confirmed;
}

const STEP: Step = {
  log: () => undefined,
  progress: () => ({ step: () => undefined, end: () => undefined }),
  annotate: () => undefined,
  warn: (text) => expect(text).toBe(''),
  summary: () => Promise.resolve(),
  keep: (name) => Promise.resolve(name),
};

function request(before: string, after: string): DeployMergedRequest {
  return {
    event: { kind: 'push', ref: 'refs/heads/main', before, after },
    defaultBranch: 'main',
    patterns: parsePatterns('topology.yaml'),
    environment: 'kuiil',
    confirmTimeoutS: 30,
    awaitS: 5,
    mayPushDirectly: false,
    who: 'https://github.example/run/1',
    transaction: () => `trial-${trials++}`,
    signal: new AbortController().signal,
  };
}

const ports = () => ({ ...repository.ports, connect: () => world.connect(), clock: world.clock, step: STEP });

function deploy(after: string, before = base): Promise<Ended> {
  return deployMerged(request(before, after), ports());
}

/** Lets the last host that is activated refuse it. */
async function deployBadly(after: string, trial = settled()): Promise<Ended> {
  trial.expect(undefined);
  await deployMerged(request(base, after), {
    ...ports(),
    connect: () => trial.connect(),
    clock: trial.clock,
  });
  const at = trial.calls.findLastIndex((call) => call.endsWith(' activate'));
  const answer = (text: string) => text.replace(/^= end 0$/m, '= end 4');
  world.expect({ at, what: { name: 'it refuses', isDone: false, answer } });
  return deploy(after);
}

function report({ outputs }: Ended, after = repository.main): Promise<Ended> {
  return reportDeployment(
    {
      event: { kind: 'push', ref: 'refs/heads/main', before: base, after },
      defaultBranch: 'main',
      record: outputs.record ?? '',
      deployResult: 'failure',
      run: 'https://github.example/run/1',
    },
    {
      pullRequests: repository.ports.pullRequests,
      comments: {
        comments: repository.ports.pullRequests.comments,
        create: async (number, body) => repository.comment(number, { body }),
        edit: () => Promise.resolve(),
      },
      checks: { create: () => Promise.resolve({ app: issues.app, bot: issues.bot }) },
      contents: repository.ports.contents,
      issues,
      proposals,
      step: STEP,
      clock: world.clock,
    },
  );
}

describe('a merge that is taken back', () => {
  it('freezes deployments, opens an issue and proposes what the hosts run, byte for byte', async () => {
    const ended = await deployBadly(repository.merge(7, { 'topology.yaml': GROWN }));
    expect(ended.outputs.outcome).toBe('reverted');
    expect(readRecord(ended.outputs.record ?? '')?.topologies[0]?.restore).toBe(base);
    await report(ended);
    expect(issues.print()).toBe('#1 open: 0');
    expect(issues.all[0]!.body).toContain('#100 makes git agree');
    expect(issues.all[0]!.body).toContain('run what they had before');
    expect(repository.records.at(-1)?.state).toBe('failure');
    expect(proposals.all.map(({ files }) => files)).toEqual([[{ path: 'topology.yaml', sha: sha256(BASE) }]]);
  });

  it('has its proposal planned by the job that opens it, since GitHub starts no workflow for it', async () => {
    await report(await deployBadly(repository.merge(7, { 'topology.yaml': GROWN })));
    const bodies = (await repository.ports.pullRequests.comments(100)).map(({ body }) => body);
    expect(bodies).toEqual([expect.stringContaining('10.97.0.0/16')]);
  });

  it('links the branch where workflows may not open pull requests', async () => {
    proposals.mayOpen = false;
    await report(await deployBadly(repository.merge(7, { 'topology.yaml': GROWN })));
    expect(issues.all[0]!.body).toContain(
      `<a href="https://github.example/compare/${proposals.all[0]!.branch}">`,
    );
  });

  it('has nothing to go back to, and freezes nothing, where it was the first', async () => {
    world = fleet();
    const ended = await deployBadly(repository.merge(7, { 'topology.yaml': GROWN }), fleet());
    expect(ended.outputs.outcome).toBe('reverted');
    expect(readRecord(ended.outputs.record ?? '')?.topologies[0]?.restore).toBeUndefined();
    world.expect(undefined);
    expect((await deploy(repository.main)).outputs.outcome).toBe('confirmed');
  });

  it('stays refused until the proposal is merged, which lifts the freeze and closes the issue', async () => {
    const bad = repository.merge(7, { 'topology.yaml': GROWN });
    await report(await deployBadly(bad));
    world.expect(undefined);
    const again = await deploy(bad);
    expect(again.outputs.outcome).toBe('refused');
    const reverted = await deploy(repository.land(100), bad);
    expect(reverted.outputs.outcome).toBe('unchanged');
    await report(reverted);
    expect(issues.print()).toBe('#1 closed: 1');
    const next = await deploy(repository.merge(8, { 'topology.yaml': GROWN }), repository.main);
    expect(next.outputs.outcome).toBe('confirmed');
  });
});

describe('a topology that is merged while deployments are frozen', () => {
  const FURTHER = GROWN.replace('10.96.0.0/16', '10.95.0.0/16');
  let next: string;
  let ended: Ended;
  beforeEach(async () => {
    const bad = repository.merge(7, { 'topology.yaml': GROWN });
    await report(await deployBadly(bad));
    world.expect(undefined);
    next = repository.merge(8, { 'topology.yaml': FURTHER });
    ended = await deploy(next, bad);
    await report(ended);
  });

  it('is refused, and another proposal takes the place of the one that does not go from there', () => {
    expect(ended.outputs.outcome).toBe('refused');
    const [first, second, ...more] = proposals.all;
    expect(more).toEqual([]);
    expect(second).toMatchObject({ tip: next, files: [{ path: 'topology.yaml', sha: sha256(BASE) }] });
    expect(second!.body).toContain('#7, #8');
    expect([...proposals.retired]).toEqual([[first!.number, expect.stringContaining(`#${second!.number}`)]]);
    expect(issues.all[0]!.body).toContain(`#${second!.number} makes git agree`);
    expect(issues.print()).toBe('#1 open: 1');
  });

  it('changes nothing more when it is tried again, or something else is merged', async () => {
    await report(await deploy(next, base));
    await report(await deploy(repository.merge(9, { 'notes.md': 'x' }), next));
    expect([proposals.all.length, proposals.retired.size, issues.print()]).toEqual([2, 1, '#1 open: 1']);
  });

  it('is over when that is merged', async () => {
    const reverted = await deploy(repository.land(101), next);
    expect(reverted.outputs.outcome).toBe('unchanged');
    await report(reverted);
    expect(issues.print()).toBe('#1 closed: 2');
  });

  it('needs no proposal any more once it is deployed all the same', async () => {
    await unfreeze(TOPOLOGY, () => world.connect());
    const deployed = await deploy(next, base);
    expect(deployed.outputs.outcome).toBe('confirmed');
    await report(deployed);
    expect([...proposals.retired.keys()]).toEqual([100, 101]);
  });
});

describe('a rollback that is started on GitHub', () => {
  const back = (to: string, more = {}) =>
    rollbackNetwork(
      {
        ...request(base, base),
        event: { kind: 'dispatch', ref: 'refs/heads/main', command: 'rollback' },
        to,
        reason: 'it was wrong',
        isDryRun: false,
        accept: [],
        ...more,
      },
      ports(),
    );

  it('deploys what git had, whatever the hosts hold, freezes, and proposes to make git agree', async () => {
    const grown = repository.merge(7, { 'topology.yaml': GROWN });
    expect((await deploy(grown)).outputs.outcome).toBe('confirmed');
    const ended = await back(base);
    expect(ended.outputs).toMatchObject({
      outcome: 'confirmed',
      release: release(compile(TOPOLOGY), 'wg0').digest,
    });
    await report(ended);
    expect(proposals.all[0]?.files).toEqual([{ path: 'topology.yaml', sha: sha256(BASE) }]);
    expect((await deploy(grown)).outputs.outcome).toBe('refused');
    expect((await deploy(repository.land(100), grown)).outputs.outcome).toBe('unchanged');
  });

  it('finds the release before this one by what the hub remembers of commits', async () => {
    const grown = repository.merge(7, { 'topology.yaml': GROWN });
    await deploy(grown);
    const small = repository.merge(8, { 'topology.yaml': BASE });
    await deploy(small, grown);
    const ended = await back('previous');
    expect(readRecord(ended.outputs.record ?? '')?.topologies[0]?.restore).toBe(grown);
  });

  it('is remembered by the commit that was gone back to', async () => {
    const grown = repository.merge(7, { 'topology.yaml': GROWN });
    await deploy(grown);
    await back(base);
    expect((await deploy(repository.merge(8, { 'topology.yaml': BASE }), grown)).outputs.outcome).toBe(
      'unchanged',
    );
    const again = repository.merge(9, { 'topology.yaml': GROWN });
    await deploy(again, grown);
    const ended = await back('previous');
    expect(readRecord(ended.outputs.record ?? '')?.topologies[0]?.restore).toBe(base);
  });

  it('refuses a commit that was never on the branch, which GitHub shows all the same', async () => {
    const theirs = repository.fork({ 'topology.yaml': GROWN });
    await expect(back(theirs)).rejects.toThrow(/no commit of this repository/);
    expect(world.calls.filter((call) => !call.endsWith(' snapshot'))).toEqual([]);
  });

  it('is started on the default branch alone', async () => {
    const event = { kind: 'dispatch', ref: 'refs/heads/mine', command: 'rollback' };
    await expect(back(base, { event })).rejects.toThrow(/started by hand, on main/);
    expect(world.calls).toEqual([]);
  });

  it('changes and freezes nothing in a dry run', async () => {
    const grown = repository.merge(7, { 'topology.yaml': GROWN });
    await deploy(grown);
    world.expect(undefined);
    expect((await back(base, { isDryRun: true })).outputs.outcome).toBe('planned');
    expect(world.calls.filter((call) => !call.endsWith(' snapshot'))).toEqual([]);
  });

  it.each([
    ['0'.repeat(40), /no commit of this repository/],
    ['previous', /remembers no release/],
    ['--upload-pack=x', /no commit of this repository/],
  ])('refuses what nobody knows: %s', async (to, why) => {
    await expect(back(to)).rejects.toThrow(why);
    expect(repository.records).toEqual([]);
  });
});

describe('a freeze that is set on GitHub', () => {
  const hold = (what: 'freeze' | 'unfreeze', ref = 'refs/heads/main') =>
    holdNetworks(
      {
        what,
        reason: 'the rack moves',
        who: 'https://github.example/run/1',
        event: { kind: 'dispatch', ref, command: what },
        defaultBranch: 'main',
        patterns: parsePatterns('topology.yaml'),
      },
      ports(),
    );

  it('refuses what is merged, with its reason, until it is lifted', async () => {
    expect((await hold('freeze')).outputs.outcome).toBe('frozen');
    const grown = repository.merge(7, { 'topology.yaml': GROWN });
    const refused = await deploy(grown);
    expect(refused.outputs.outcome).toBe('refused');
    expect(refused.outputs.record).toContain('the rack moves');
    await report(refused);
    expect([issues.all, proposals.all]).toEqual([[], []]);
    expect((await hold('unfreeze')).outputs.outcome).toBe('unfrozen');
    expect((await deploy(grown)).outputs.outcome).toBe('confirmed');
  });

  it('is nothing that a workflow of another branch can do', async () => {
    await expect(hold('unfreeze', 'refs/heads/mine')).rejects.toThrow(/started by hand, on main/);
    expect(world.calls).toEqual([]);
  });
});
