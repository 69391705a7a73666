import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRecord } from '../../../src/app/github/record.ts';
import { runStep, type Ran } from '../runner.ts';
import { GROWN, KEYS, Scene, TOPOLOGY } from './scene.ts';

const MAY_REPORT = {
  contents: 'write',
  'pull-requests': 'write',
  issues: 'write',
  checks: 'write',
} as const;

let scene: Scene;
let base: string;
let tip: string;

beforeAll(async () => {
  scene = await Scene.open();
  base = (await scene.github.git.tip('heads/main'))!;
  const { number } = await scene.wendy.openPull('grown', { 'topology.yaml': GROWN, 'notes.md': 'beside it' });
  tip = await scene.wendy.merge(number);
});
afterAll(() => scene?.github.close());

/** The job that holds no key, told that a deployment ended so. */
async function report(outcome: 'reverted' | 'refused' | 'unchanged', restore?: string): Promise<Ran> {
  const topology = { file: 'topology.yaml', outcome, pulls: [], text: '`hub`: runs what it had before\n' };
  const topologies = [{ ...topology, ...(restore === undefined ? {} : { restore }) }];
  return runStep({
    github: scene.github,
    event: await scene.events.push(base, tip),
    permissions: MAY_REPORT,
    action: 'report',
    inputs: { record: writeRecord({ kuiil: 1, kind: 'record', commit: tip, topologies }) },
  });
}

const issues = async () =>
  (await scene.wendy.call('GET issues?state=all&labels=kuiil-failed')).body as {
    number: number;
    state: string;
    body: string;
  }[];

const proposed = async () =>
  (
    (await scene.wendy.call('GET pulls?state=open')).body as {
      number: number;
      head: { ref: string; sha: string };
    }[]
  )[0]!;

describe('what git says and no host runs', () => {
  it('is put on a branch that people are told of, where workflows may not open pull requests', async () => {
    const body = JSON.stringify({
      message: 'GitHub Actions is not permitted to create or approve pull requests.',
    });
    scene.github.faults.inject(/^POST .*\/pulls$/, { kind: 'answer', status: 403, body });
    const { code, log } = await report('reverted', base);
    expect(code, log).toBe(0);
    const [, branch] = /compare\/main\.\.\.(\S+?)\?expand=1/.exec((await issues())[0]!.body)!;
    const sha = (await scene.github.git.tip(`heads/${branch}`))!;
    expect((await scene.github.git.files(sha)).get('topology.yaml')).toBe(TOPOLOGY);
  });

  it('is put back by a pull request, byte for byte, and nothing beside it', async () => {
    const { code, log } = await report('reverted', base);
    expect(code, log).toBe(0);
    const { number, head } = await proposed();
    const files = await scene.github.git.files(head.sha);
    expect(files.get('topology.yaml')).toBe(TOPOLOGY);
    expect(files.get('topology.keys.yaml')).toBe(KEYS);
    expect(files.get('notes.md')).toBe('beside it');
    const [issue, ...more] = await issues();
    expect(more).toEqual([]);
    expect(issue!.state).toBe('open');
    expect(issue!.body).toContain(`#${number} makes git agree`);
    expect(issue!.body).toContain('runs what it had before');
  });

  it('is planned by the same job, in a comment and a check of the pull request', async () => {
    const { number, head } = await proposed();
    const bodies = (await scene.ours(await scene.wendy.pull(number))).map(({ body }) => body);
    expect(bodies).toEqual([expect.stringContaining('10.97.0.0/16')]);
    expect(await scene.check(head.sha)).toMatchObject({ conclusion: 'success' });
  });

  it('is proposed once, however often the job is run', async () => {
    const before = await proposed();
    const { code, log } = await report('reverted', base);
    expect(code, log).toBe(0);
    expect((await proposed()).head.sha).toBe(before.head.sha);
    expect(await issues()).toHaveLength(1);
  });

  it('is put back from where git is now, once more was merged while deployments were frozen', async () => {
    const before = await proposed();
    const further = GROWN.replace('10.96.0.0/16', '10.95.0.0/16');
    const { number } = await scene.wendy.openPull('further', { 'topology.yaml': further });
    tip = await scene.wendy.merge(number);
    const { code, log } = await report('refused', base);
    expect(code, log).toBe(0);
    const now = await proposed();
    expect((await scene.github.git.files(now.head.sha)).get('topology.yaml')).toBe(TOPOLOGY);
    expect((await scene.wendy.call(`GET pulls/${before.number}`)).body).toMatchObject({ state: 'closed' });
    const said = (await scene.wendy.comments(before.number)).at(-1)!.body;
    expect(said).toContain(`#${now.number} takes the place`);
    expect((await issues())[0]!.body).toContain(`#${now.number} makes git agree`);
  });

  it('is over, and its issue closed, when a deployment goes through', async () => {
    tip = await scene.wendy.merge((await proposed()).number);
    await report('unchanged');
    expect((await issues()).map(({ state }) => state)).toEqual(['closed']);
  });
});
