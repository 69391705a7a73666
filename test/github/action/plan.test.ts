import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badGateway, secondaryLimit } from '../faults.ts';
import { OTHER_BOT } from '../github.ts';
import type { Comment, Pull } from '../person.ts';
import { outputsOf } from '../workflows/files.ts';
import { GROWN, Scene, TOPOLOGY } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open();
});
afterAll(() => scene.github.close());

const open = (branch: string, text: string): Promise<Pull> =>
  scene.wendy.openPull(branch, { 'topology.yaml': text });

describe('a pull request', () => {
  let pull: Pull;

  it('is commented and checked', async () => {
    pull = await open('grow', GROWN);
    const { code, outputs, summary, log } = await scene.plan(pull);
    expect(code, log).toBe(0);
    expect(outputs).toMatchObject({
      valid: 'true',
      changed: 'true',
      'hosts-changed': '4',
      risk: 'none',
      reachable: 'true',
      outcome: 'planned',
    });
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(outputsOf('plan')));
    const [comment, ...others] = await scene.ours(pull);
    expect(others).toEqual([]);
    expect(comment!.body).toContain(outputs['plan-digest']);
    expect(comment!.body).toContain('+route replace 10.98.0.0/16');
    expect(comment!.body).toContain('```mermaid');
    expect(summary).toContain('+route replace 10.98.0.0/16');
    expect(readFileSync(outputs.report!, 'utf8')).toContain('+route replace 10.98.0.0/16');
    expect((await scene.check(pull.head.sha)).conclusion).toBe('success');
  });

  it('that is pushed to is commented in the same place', async () => {
    await scene.wendy.push('grow', { 'topology.yaml': GROWN.replace('10.98.0.0/16', '10.99.0.0/16') });
    const [before] = await scene.ours(pull);
    expect((await scene.plan(pull)).code).toBe(0);
    const after = await scene.ours(pull);
    expect(after.map(({ id }) => id)).toEqual([before!.id]);
    expect(after[0]!.body).toContain('+route replace 10.99.0.0/16');
    expect(after[0]!.body).not.toContain('10.98.0.0/16');
  });

  it('that is pushed to meanwhile is left to the run for that commit', async () => {
    const event = await scene.events.pullRequestTarget(pull.number);
    await scene.wendy.push('grow', { 'README.md': 'later' });
    const { code, outputs } = await scene.plan(pull, { event });
    expect({ code, outcome: outputs.outcome }).toEqual({ code: 0, outcome: 'superseded' });
  });

  it('is compared with the tip of its base, and not with where it began', async () => {
    await scene.wendy.push('main', {
      'topology.yaml': TOPOLOGY.replace('10.96.0.0/16', '10.66.0.0/16'),
    });
    expect((await scene.plan(pull)).code).toBe(0);
    const [comment] = await scene.ours(pull);
    expect(comment!.body).toContain('+route replace 10.99.0.0/16');
    expect(comment!.body).not.toContain('+route replace 10.96');
    await scene.wendy.push('main', { 'topology.yaml': TOPOLOGY });
  });

  it('that changes no topology passes without a comment', async () => {
    const other = await scene.wendy.openPull('words', { 'README.md': 'words' });
    const { code, outputs } = await scene.plan(other);
    expect({ code, outcome: outputs.outcome, changed: outputs.changed }).toEqual({
      code: 0,
      outcome: 'unchanged',
      changed: 'false',
    });
    expect(await scene.ours(other)).toEqual([]);
  });

  it('that GitHub has not merged for a test yet is waited for', async () => {
    scene.github.state.mergeabilityDelays.left = 2;
    const slow = await open('slow', GROWN.replace('10.98', '10.89'));
    scene.github.state.mergeabilityDelays.left = 2;
    const { code, outputs, log } = await scene.plan(slow);
    expect({ code, outcome: outputs.outcome }, log).toEqual({ code: 0, outcome: 'planned' });
  });

  it('that is closed has no plan any more, whoever edits its title', async () => {
    const old = await open('old', GROWN.replace('10.98', '10.88'));
    const event = await scene.events.pullRequestTarget(old.number, 'edited');
    await scene.wendy.call(`PATCH pulls/${old.number}`, { state: 'closed' });
    const { code, outputs, log } = await scene.plan(old, { event });
    expect({ code, outcome: outputs.outcome }, log).toEqual({ code: 0, outcome: 'closed' });
    expect(await scene.ours(old)).toEqual([]);
  });

  it('in a folder of which GitHub lists only the beginning is not guessed at', async () => {
    const cut = JSON.stringify({ sha: 'a'.repeat(40), url: 'https://x', truncated: true, tree: [] });
    const many = await open('many-files', GROWN.replace('10.98', '10.87'));
    scene.github.faults.inject(/^GET .*\/git\/trees/, {
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: cut,
    });
    const { code, log } = await scene.plan(many);
    expect(code).toBe(1);
    expect(log).toContain('more entries than GitHub lists');
  });

  it('that conflicts with its base fails, and says so', async () => {
    const first = await open('left', TOPOLOGY.replace('10.97.0.0/16', '10.91.0.0/16'));
    await scene.wendy.push('main', { 'topology.yaml': TOPOLOGY.replace('10.97.0.0/16', '10.92.0.0/16') });
    const { code, outputs, summary } = await scene.plan(first);
    expect({ code, outcome: outputs.outcome }).toEqual({ code: 1, outcome: 'conflict' });
    expect(summary).toContain('conflicts');
    await scene.wendy.push('main', { 'topology.yaml': TOPOLOGY });
  });
});

describe('a topology that is not valid', () => {
  it('fails the job, with annotations at the lines', async () => {
    const text = GROWN.replace('10.244.0.0/16', '10.98.0.0/16');
    const pull = await open('bad', text);
    const { code, outputs } = await scene.plan(pull);
    expect({ code, valid: outputs.valid, outcome: outputs.outcome }).toEqual({
      code: 1,
      valid: 'false',
      outcome: 'invalid',
    });
    const { conclusion, annotations } = await scene.check(pull.head.sha);
    expect(conclusion).toBe('failure');
    const line = text.split('\n').findLastIndex((each) => each.includes('10.98.0.0/16')) + 1;
    expect(annotations).toContainEqual(
      expect.objectContaining({
        path: 'topology.yaml',
        start_line: line,
        annotation_level: 'failure',
        title: 'net/cidr-overlap',
      }),
    );
    expect((await scene.ours(pull))[0]!.body).toContain('net/');
  });

  it('has every annotation, in requests of 50', async () => {
    const nodes = Array.from({ length: 120 }, (_, i) => `      x${i}: 192.168.77.${i + 300}\n`).join('');
    const pull = await open('many', TOPOLOGY.replace('    nodes:\n', `    nodes:\n${nodes}`));
    expect((await scene.plan(pull)).code).toBe(1);
    const { annotations } = await scene.check(pull.head.sha);
    expect(annotations.length).toBeGreaterThanOrEqual(120);
    expect(new Set(annotations.map(({ start_line }) => start_line)).size).toBeGreaterThanOrEqual(120);
  });
});

describe('who else comments', () => {
  it('is not edited, whatever the comment begins with', async () => {
    const pull = await open('masked', GROWN);
    await scene.plan(pull);
    const [ours] = await scene.ours(pull);
    const body = ours!.body.replace('Kuiil', 'Fake');
    await scene.wendy.call(`DELETE issues/comments/${ours!.id}`);
    const sams = await scene.sam.comment(pull.number, body);
    const { bed } = scene.github;
    await bed.emulator.ask(OTHER_BOT, `POST /repos/olga/net/issues/${pull.number}/comments`, { body });
    expect((await scene.plan(pull)).code).toBe(0);
    const comments = await scene.wendy.comments(pull.number);
    expect(comments.find(({ id }) => id === sams.id)!.body).toBe(body);
    expect(comments.filter((each) => each.body === body)).toHaveLength(2);
    expect(await scene.ours(pull)).toHaveLength(1);
  });
});

describe('a pull request that people talk about', () => {
  it('keeps one comment of ours, beyond the first hundred too', async () => {
    const pull = await open('talk', GROWN);
    for (let i = 0; i < 103; i++) await scene.sam.comment(pull.number, `first, and ${i}`);
    expect((await scene.plan(pull)).code).toBe(0);
    await scene.wendy.push('talk', { 'topology.yaml': GROWN.replace('10.98.0.0/16', '10.86.0.0/16') });
    expect((await scene.plan(pull)).code).toBe(0);
    const { body } = await scene.wendy.call(`GET issues/${pull.number}/comments?per_page=100&page=2`);
    const ours = (body as Comment[]).filter(({ user }) => user.login === 'github-actions[bot]');
    expect(ours.map((each) => each.body)).toEqual([expect.stringContaining('10.86.0.0/16')]);
  });
});

describe('a pull request from a fork', () => {
  it('is planned without a secret, and without what a stranger could run', async () => {
    const pull = await scene.sam.openForkPull('from-fork', { 'topology.yaml': GROWN });
    const { code, log } = await scene.plan(pull);
    expect(code, log).toBe(0);
    expect(await scene.ours(pull)).toHaveLength(1);
  });

  it('is told in the summary alone where the job may only read', async () => {
    const pull = await open(
      'read-only',
      TOPOLOGY.replace('podCIDR: 10.245.0.0/16', 'podCIDR: 10.245.0.0/33'),
    );
    const event = await scene.events.pullRequest(pull.number);
    const permissions = { contents: 'read', 'pull-requests': 'read' } as const;
    const { code, summary, annotations } = await scene.plan(pull, { event, permissions });
    expect(code).toBe(1);
    expect(summary).toContain('error');
    expect(annotations.find(({ file }) => file === 'topology.yaml')?.line).toBeGreaterThan(1);
    expect(await scene.ours(pull)).toEqual([]);
    expect(scene.github.refusals.splice(0)).toHaveLength(1);
  });
});

describe('when GitHub stumbles', () => {
  it('waits as long as it is told to, tries again, and comments once', async () => {
    const pull = await open('stumble', GROWN.replace('10.98', '10.90'));
    const { faults, requests } = scene.github;
    faults.inject(/^GET .*\/git\/trees/, badGateway);
    faults.inject(/^POST .*\/check-runs/, secondaryLimit(1));
    faults.inject(/^POST .*\/comments/, badGateway);
    faults.inject(/^GET .*\/git\/blobs/, { kind: 'reset' });
    requests.length = 0;
    const { code, log, durationMs } = await scene.plan(pull);
    expect(code, log).toBe(0);
    expect(log).toContain('again in 1 s');
    expect(durationMs).toBeGreaterThan(1000);
    expect(await scene.ours(pull)).toHaveLength(1);
    expect((await scene.check(pull.head.sha)).conclusion).toBe('success');
  });
});

describe('a merge group', () => {
  it('is planned from its base to its head, without a comment', async () => {
    const pull = await open('queued', GROWN);
    const merge = (await scene.wendy.pull(pull.number)).merge_commit_sha;
    const { code, outputs } = await scene.plan(pull, { event: await scene.events.mergeGroup(merge) });
    expect({ code, outcome: outputs.outcome }).toEqual({ code: 0, outcome: 'planned' });
    expect(await scene.ours(pull)).toEqual([]);
  });
});
