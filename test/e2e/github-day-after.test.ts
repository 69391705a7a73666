import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { templates } from '../../src/app/init/templates.ts';
import { HUB, hostName } from '../../src/core/model/name.ts';
import { Events, type GitHubEvent } from '../github/events.ts';
import { type GitHub, startGitHub } from '../github/github.ts';
import { Person, type Pull } from '../github/person.ts';
import { relayInto } from '../github/relay.ts';
import { example, up } from './twin-example.ts';
import { Workflows } from './workflows.ts';

const TOPOLOGY = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const withRange = (range: string) =>
  TOPOLOGY.replace('    serviceCIDR: 10.96.0.0/16\n', `$&    ranges: { lab: ${range} }\n`);
const ROUTER = hostName('cluster1', 'c1-master');

let twin: TwinNetwork;
let github: GitHub;
let wendy: Person;
let events: Events;
let workflows: Workflows;
let endRelay: () => void;
let keys: string;

beforeAll(async () => {
  [twin, github] = await Promise.all([up(example('two-clusters'), { sample: 0 }), startGitHub()]);
  endRelay = await relayInto(twin.asDeployer, github.url);
  wendy = new Person(github, 'wendy');
  events = new Events(github, wendy);
  workflows = new Workflows(github, twin);
  keys = twin.keysOf(twin.hosts);
  const pin = { commit: 'a'.repeat(40), tag: 'v1.0.0' };
  const files = templates(pin, 'main').filter(({ path }) => path.startsWith('.github/'));
  await wendy.push('main', Object.fromEntries(files.map(({ path, text }) => [path, text])));
  const push = await merged('network', { 'topology.yaml': TOPOLOGY, 'topology.keys.yaml': keys });
  const { outputs, log } = await workflows.run('kuiil', push);
  if (outputs.outcome !== 'confirmed') throw new Error(log);
});
afterAll(async () => {
  endRelay?.();
  await Promise.all([twin?.down(), github?.close()]);
});

/** A pull request that was merged, as the push that it makes. */
async function merged(branch: string, files: Readonly<Record<string, string>>): Promise<GitHubEvent> {
  const { number } = await wendy.openPull(branch, files);
  return land(number);
}

async function land(number: number): Promise<GitHubEvent> {
  const before = (await github.git.tip('heads/main'))!;
  return events.push(before, await wendy.merge(number));
}

interface Issue {
  readonly number: number;
  readonly state: string;
  readonly body: string;
}

async function issues(label: string): Promise<readonly Issue[]> {
  return (await wendy.call(`GET issues?state=all&labels=${label}`)).body as Issue[];
}

const comments = async ({ number }: { readonly number: number }) =>
  (await wendy.comments(number)).map(({ body }) => body);

/** What was proposed, and is open. */
async function proposed(): Promise<Pull> {
  const open = (await wendy.call('GET pulls?state=open')).body as Pull[];
  if (open.length !== 1) throw new Error(`${open.length} pull requests are open, not 1`);
  return open[0]!;
}

/** The public address of a router, as the hub sees it. */
async function outsideOf(router: string): Promise<string> {
  const { stdout } = await twin.exec(HUB, ['wg', 'show', 'wg0', 'endpoints']);
  const [, key] = new RegExp(`^${router}:.*wireguard: "?([^",]+)`, 'm').exec(keys)!;
  return stdout
    .split('\n')
    .find((line) => line.startsWith(`${key}\t`))!
    .split(/[\t:]/)[1]!;
}

/** What a comment on the first pull request starts, by the workflow for comments and then the one that it starts. */
async function asked(words: string) {
  const comment = await wendy.comment(1, words);
  const { code, log } = await workflows.run('kuiil-command', await events.issueComment(1, comment));
  const started = github.state.dispatches.at(-1);
  if (code !== 0 || !started) throw new Error(log);
  return workflows.run('kuiil', await events.workflowDispatch(started.inputs));
}

const routes = async () => (await twin.exec(HUB, ['ip', 'route', 'show', 'proto', '75'])).stdout;

describe('somebody who types on a host', () => {
  const vandalise = (range: string) => twin.exec(ROUTER, ['ip', 'route', 'del', range, 'proto', '75']);

  it('gets an issue', async () => {
    await vandalise('10.245.0.0/16');
    const { code, outputs, log } = await workflows.run('kuiil-drift', await events.schedule());
    expect({ code, outcome: outputs.outcome }, log).toEqual({ code: 0, outcome: 'drift' });
    const all = await issues('kuiil-drift');
    expect(all.map(({ state }) => state)).toEqual(['open']);
    expect(all[0]!.body).toContain('10.245.0.0/16');
  });

  it('does it again, and the issue is edited and told, and not doubled', async () => {
    await vandalise('10.97.0.0/16');
    await workflows.run('kuiil-drift', await events.schedule());
    const all = await issues('kuiil-drift');
    expect(all).toHaveLength(1);
    expect(all[0]!.body).toContain('10.97.0.0/16');
    expect(await comments(all[0]!)).toHaveLength(1);
  });

  it('is undone when somebody asks for it, and the issue closed', async () => {
    const { job, outputs, log } = await asked('/kuiil heal');
    expect([job, outputs.outcome], log).toEqual(['drift', 'in-sync']);
    const all = await issues('kuiil-drift');
    expect(all.map(({ state }) => state)).toEqual(['closed']);
    expect((await comments(all[0]!)).at(-1)).toContain('It was healed by this run');
    const { stdout } = await twin.exec(ROUTER, ['ip', 'route', 'show', 'proto', '75']);
    expect(stdout).toContain('10.245.0.0/16');
    expect(stdout).toContain('10.97.0.0/16');
  });
});

describe('somebody who works on a rack', () => {
  it('holds deployments back by a comment, and allows them by another', async () => {
    const { job, outputs, log } = await asked('/kuiil freeze the rack moves');
    expect([job, outputs.outcome], log).toEqual(['freeze', 'frozen']);
    const { outputs: held, summary } = await asked('/kuiil deploy');
    expect(held.outcome).toBe('unchanged');
    expect(summary).toContain('Deployments stay frozen');
    expect((await asked('/kuiil unfreeze')).log).toContain('the rack moves');
  });
});

describe('a release that is bad', () => {
  let push: GitHubEvent;

  it('is taken back, recorded as failed, and told in an issue', async () => {
    // The address that the other site has on the internet: the hub would send into one tunnel what carries the other.
    push = await merged('bad', { 'topology.yaml': withRange(`${await outsideOf('cluster2/c2-master')}/32`) });
    const { code, outputs, log } = await workflows.run('kuiil', push, { 'confirm-timeout': '12' });
    expect({ code, outcome: outputs.outcome }, log).toEqual({ code: 1, outcome: 'reverted' });
    const [deployment] = github.state.deployments;
    expect(github.state.statuses.get(deployment!.id as number)?.[0]).toMatchObject({ state: 'failure' });
    const all = await issues('kuiil-failed');
    expect(all.map(({ state }) => state)).toEqual(['open']);
    expect(all[0]!.body).toContain('run what they had before');
    expect(all[0]!.body).toContain(`#${(await proposed()).number} makes git agree`);
    expect((await twin.probeAll()).filter(({ reachable }) => !reachable)).toEqual([]);
  });

  it('holds the next push back, which is told why', async () => {
    const next = await merged('next', { 'notes.md': 'something else' });
    const { code, outputs, summary } = await workflows.run('kuiil', next);
    expect({ code, outcome: outputs.outcome }).toEqual({ code: 1, outcome: 'refused' });
    expect(summary).toContain(`the deployment of ${push.sha.slice(0, 12)} was taken back`);
    expect(await issues('kuiil-failed')).toHaveLength(1);
  });

  it('is over when the pull request is merged that puts the files back, byte for byte', async () => {
    const { number } = await proposed();
    expect(await comments({ number })).toEqual([expect.stringContaining('c1-master')]);
    const reverted = await land(number);
    const files = await github.git.files(reverted.sha);
    expect([files.get('topology.yaml'), files.get('topology.keys.yaml')]).toEqual([TOPOLOGY, keys]);
    const { outputs, log, summary } = await workflows.run('kuiil', reverted);
    expect(outputs.outcome, log).toBe('unchanged');
    expect(summary).toContain('The freeze is lifted');
    expect((await issues('kuiil-failed')).map(({ state }) => state)).toEqual(['closed']);
  });
});

describe('a rollback that somebody starts', () => {
  it('brings the network to the old release, and proposes the old files', async () => {
    const { outputs, log } = await workflows.run(
      'kuiil',
      await merged('good', { 'topology.yaml': withRange('10.60.0.0/24') }),
    );
    expect(outputs.outcome, log).toBe('confirmed');
    expect(await routes()).toContain('10.60.0.0/24');
    const given = { command: 'rollback', to: 'previous', reason: 'the lab moved' };
    const back = await workflows.run('kuiil', await events.workflowDispatch(given));
    expect([back.job, back.outputs.outcome], back.log).toEqual(['rollback', 'confirmed']);
    expect(await routes()).not.toContain('10.60.0.0/24');
    const { head } = await proposed();
    const files = await github.git.files(head.sha);
    expect([files.get('topology.yaml'), files.get('topology.keys.yaml')]).toEqual([TOPOLOGY, keys]);
  });

  it('lasts until that is merged: what git has meanwhile is refused', async () => {
    const event = await events.workflowDispatch({ command: 'deploy' });
    const { outputs, summary } = await workflows.run('kuiil', event);
    expect(outputs.outcome).toBe('refused');
    expect(summary).toContain('rolled back to previous: the lab moved');
    const { outputs: after, log } = await workflows.run('kuiil', await land((await proposed()).number));
    expect(after.outcome, log).toBe('unchanged');
  });
});
