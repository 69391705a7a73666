import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { templates } from '../../src/app/init/templates.ts';
import { type GitHubEvent, Events } from '../github/events.ts';
import { type GitHub, OTHER_BOT, startGitHub } from '../github/github.ts';
import { type Comment, Person } from '../github/person.ts';
import { relayInto } from '../github/relay.ts';
import type { Ran } from '../github/runner.ts';
import { example, up } from './twin-example.ts';
import { Workflows } from './workflows.ts';

const TOPOLOGY = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const SERVICES = { cluster1: '    serviceCIDR: 10.96.0.0/16\n', cluster2: '    serviceCIDR: 10.97.0.0/16\n' };
/** The topology with these lines below a cluster's services. */
const withRange = (cluster: keyof typeof SERVICES, range: string, text = TOPOLOGY) =>
  text.replace(SERVICES[cluster], `${SERVICES[cluster]}    ranges: { ${range} }\n`);

let twin: TwinNetwork;
let github: GitHub;
let wendy: Person;
let events: Events;
let workflows: Workflows;
let endRelay: () => void;

beforeAll(async () => {
  [twin, github] = await Promise.all([up(example('two-clusters'), { sample: 1 }), startGitHub()]);
  workflows = new Workflows(github, twin);
  endRelay = await relayInto(twin.asDeployer, github.url);
  wendy = new Person(github, 'wendy');
  events = new Events(github, wendy);
  const pin = { commit: 'a'.repeat(40), tag: 'v1.0.0' };
  const files = templates(pin, 'main').filter(({ path }) => path.startsWith('.github/'));
  await wendy.push('main', Object.fromEntries(files.map(({ path, text }) => [path, text])));
});
afterAll(async () => {
  endRelay?.();
  await Promise.all([twin?.down(), github?.close()]);
});

async function plan(number: number, action = 'opened'): Promise<Ran> {
  return workflows.run('kuiil-plan', await events.pullRequestTarget(number, action));
}

const deploy = (event: GitHubEvent): Promise<Ran> => workflows.run('kuiil', event);

/** Merges, and answers the push that it makes. */
async function merge(number: number): Promise<GitHubEvent> {
  const before = (await github.git.tip('heads/main'))!;
  return events.push(before, await wendy.merge(number));
}

const ours = async (number: number): Promise<readonly Comment[]> =>
  (await wendy.comments(number)).filter(({ user }) => user.login === 'github-actions[bot]');

const unreached = async () => (await twin.probeAll()).filter(({ reachable }) => !reachable);

/** The newest deployment and its newest status, as GitHub has them. */
function recorded() {
  const [deployment] = github.state.deployments;
  const [status] = github.state.statuses.get(deployment!.id as number) ?? [];
  return { sha: deployment!.sha, environment: deployment!.environment, state: status?.state };
}

describe('a day', () => {
  let firstPush: GitHubEvent;

  it('begins with a pull request that brings the network', async () => {
    const files = { 'topology.yaml': TOPOLOGY, 'topology.keys.yaml': twin.keysOf(twin.hosts) };
    const pull = await wendy.openPull('network', files);
    const planned = await plan(pull.number);
    expect(planned.code, planned.log).toBe(0);
    expect((await ours(pull.number)).map(({ body }) => body)).toEqual([expect.stringContaining('c1-master')]);
    firstPush = await merge(pull.number);
  });

  it('deploys it after the merge, over SSH, and tells the pull request', async () => {
    const { code, outputs, log, summary } = await deploy(firstPush);
    expect({ code, outcome: outputs.outcome }, log).toEqual({ code: 0, outcome: 'confirmed' });
    expect(await unreached()).toEqual([]);
    expect(recorded()).toEqual({ sha: firstPush.sha, environment: 'kuiil', state: 'success' });
    expect(summary).toContain('c1-master');
    const [frozen, told] = await ours(1);
    expect(frozen?.body).toContain('changes no more');
    expect(told?.body).toContain('topology.yaml');
  });

  it('has nothing to do when the same is deployed again', async () => {
    const { code, outputs, log } = await deploy(await events.workflowDispatch({ command: 'deploy' }));
    expect({ code, outcome: outputs.outcome, changed: outputs.changed }, log).toEqual({
      code: 0,
      outcome: 'unchanged',
      changed: 'false',
    });
  });

  it('plans a change, and edits its comment when the change changes', async () => {
    const pull = await wendy.openPull('lab', { 'topology.yaml': withRange('cluster1', 'lab: 10.60.0.0/24') });
    expect((await plan(pull.number)).code).toBe(0);
    const [before] = await ours(pull.number);
    await wendy.push('lab', { 'topology.yaml': withRange('cluster1', 'lab: 10.61.0.0/24') });
    expect((await plan(pull.number, 'synchronize')).code).toBe(0);
    const after = await ours(pull.number);
    expect(after.map(({ id }) => id)).toEqual([before!.id]);
    expect(after[0]!.body).toContain('10.61.0.0/24');
    expect(after[0]!.body).not.toContain('10.60.0.0/24');
  });

  it('shows what differs from the reviewed plan when the base moved meanwhile', async () => {
    const other = await wendy.openPull('other', {
      'topology.yaml': withRange('cluster2', 'store: 10.62.0.0/24'),
    });
    const reviewed = (await plan(other.number)).outputs['plan-digest']!;
    const moved = await deploy(await merge(2));
    expect({ code: moved.code, outcome: moved.outputs.outcome }, moved.log).toEqual({
      code: 0,
      outcome: 'confirmed',
    });
    const { code, outputs, summary, log } = await deploy(await merge(other.number));
    expect({ code, outcome: outputs.outcome }, log).toEqual({ code: 0, outcome: 'confirmed' });
    expect(outputs['plan-digest']).not.toBe(reviewed);
    expect(summary).toContain(reviewed.slice(0, 12));
    expect(await unreached()).toEqual([]);
  });

  it('annotates the lines of a bad pull request, and touches no host', async () => {
    const wrong = TOPOLOGY.replace('192.168.99.14', '192.168.98.14');
    const pull = await wendy.openPull('bad', { 'topology.yaml': wrong });
    expect((await plan(pull.number)).code).toBe(1);
    const line = wrong.split('\n').findIndex((each) => each.includes('192.168.98.14')) + 1;
    const annotations = [...github.state.annotations.values()].at(-1)!;
    expect(annotations.map(({ start_line: at }) => at)).toContain(line);
  });

  it('plans a stranger’s fork', async () => {
    const now = (await github.git.files('main')).get('topology.yaml')!;
    const sam = new Person(github, 'sam');
    const text = now.replace('store: 10.62.0.0/24', 'store: 10.63.0.0/24');
    const pull = await sam.openForkPull('fork', { 'topology.yaml': text });
    const { code, outputs, log } = await plan(pull.number);
    expect({ code, outcome: outputs.outcome }, log).toEqual({ code: 0, outcome: 'planned' });
    expect((await ours(pull.number))[0]?.body).toContain('10.63.0.0/24');
  });

  it('ends an old run superseded when somebody runs it again', async () => {
    const { code, outputs } = await deploy(firstPush);
    expect({ code, outcome: outputs.outcome }).toEqual({ code: 0, outcome: 'superseded' });
  });
});

describe('a dangerous change', () => {
  let number: number;
  let digest: string;
  let push: GitHubEvent;

  it('names its danger on the pull request', async () => {
    const now = (await github.git.files('main')).get('topology.yaml')!;
    const moved = now
      .replace('    ranges: { lab: 10.61.0.0/24 }\n', '')
      .replace('store: 10.62.0.0/24', 'store: 10.62.0.0/24, lab: 10.61.0.0/24');
    const pull = await wendy.openPull('move', { 'topology.yaml': moved });
    ({ number } = pull);
    const { outputs } = await plan(number);
    expect(outputs.risk).toBe('danger');
    digest = outputs['plan-digest']!;
    push = await merge(number);
  });

  it('is refused when nobody accepted it', async () => {
    const { code, outputs, summary } = await deploy(push);
    expect({ code, outcome: outputs.outcome, changed: outputs.changed }).toEqual({
      code: 1,
      outcome: 'refused',
      changed: 'false',
    });
    expect(summary).toContain(`/kuiil accept range-moved ${digest}`);
  });

  it('is refused still when a reader, a bot, an editor or a short digest accepts it', async () => {
    const words = `/kuiil accept range-moved ${digest}`;
    await new Person(github, 'rita').comment(number, words);
    await new Person(github, OTHER_BOT).comment(number, words);
    const harmless = await wendy.comment(number, 'looks good');
    await new Person(github, 'walter').edit(harmless.id, words);
    await wendy.comment(number, `/kuiil accept range-moved ${digest.slice(0, 39)}`);
    const { code, outputs, annotations } = await deploy(push);
    expect({ code, outcome: outputs.outcome }).toEqual({ code: 1, outcome: 'refused' });
    const warned = annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
    for (const who of ['rita', 'other-app[bot]', 'wendy']) expect(warned.join('\n')).toContain(who);
    expect(warned).toHaveLength(4);
  });

  it('is deployed when a writer accepts it', async () => {
    await wendy.comment(number, `/kuiil accept range-moved ${digest}`);
    const { code, outputs, log } = await deploy(push);
    expect({ code, outcome: outputs.outcome }, log).toEqual({ code: 0, outcome: 'confirmed' });
    expect(await unreached()).toEqual([]);
    expect(recorded()).toMatchObject({ sha: push.sha, state: 'success' });
  });
});

describe('what came to the branch without a pull request', () => {
  it('is refused', async () => {
    const before = (await github.git.tip('heads/main'))!;
    const now = (await github.git.files('main')).get('topology.yaml')!;
    const after = await wendy.push('main', { 'topology.yaml': now.replace('10.61.0.0/24', '10.64.0.0/24') });
    const { code, outputs } = await deploy(await events.push(before, after));
    expect({ code, outcome: outputs.outcome, changed: outputs.changed }).toEqual({
      code: 1,
      outcome: 'refused',
      changed: 'false',
    });
  });
});
