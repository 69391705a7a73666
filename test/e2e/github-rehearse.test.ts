import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Events } from '../github/events.ts';
import { type GitHub, startGitHub } from '../github/github.ts';
import { runJob } from '../github/job.ts';
import { Person, type Pull } from '../github/person.ts';
import type { Ran } from '../github/runner.ts';
import { runWorkflow } from '../github/workflow.ts';
import { outputsOf } from '../github/workflows/files.ts';
import { TINY } from './tiny.ts';

let github: GitHub;
let wendy: Person;
beforeAll(async () => {
  github = await startGitHub();
  wendy = new Person(github, 'wendy');
  await wendy.push('main', { 'topology.yaml': TINY });
});
afterAll(() => github?.close());

/** The job of the workflow, for a pull request that makes this of the topology. */
async function rehearse(branch: string, files: Readonly<Record<string, string>>): Promise<Ran> {
  const { number } = await wendy.openPull(branch, files);
  const event = await new Events(github, wendy).pullRequest(number);
  return runJob({ github, workflow: 'kuiil-rehearse', job: 'rehearse', event });
}

/** What `/kuiil rehearse` starts on it. */
async function rehearseByHand(number: number): Promise<Ran> {
  const inputs = { command: 'rehearse', 'pull-request': String(number) };
  const ran = await runWorkflow({
    github,
    workflow: 'kuiil',
    event: await new Events(github, wendy).workflowDispatch(inputs),
  });
  expect([...ran.keys()]).toEqual(['rehearse', 'report']);
  return ran.get('rehearse')!;
}

const lineOf = (text: string, part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;

it('brings up what a pull request changes, and puts the matrix in the summary', async () => {
  const ran = await rehearse('grow', { 'topology.yaml': TINY.replace('10.97.0.0/16', '10.98.0.0/16') });
  expect(ran.code, ran.log).toBe(0);
  expect(ran.outputs).toMatchObject({ outcome: 'reached', reachable: 'true', valid: 'true' });
  expect(Object.keys(ran.outputs)).toEqual(expect.arrayContaining(outputsOf('rehearse')));
  expect(ran.log).toContain('from what the branch has');
  expect(ran.summary).toMatch(/With the change deployed:\s+\*\*every node, pod and service is reached/);
  expect(ran.summary).toMatch(/\| `a` → `b` +\|/);
  expect(readFileSync(ran.outputs.report!, 'utf8').trim()).toBe(ran.summary.trim());
});

it('fails when the change cannot be deployed, at the lines of the cluster that it fails on', async () => {
  const text = TINY.replace('tunnel: 192.168.99.14 }', 'tunnel: 192.168.99.14, ssh: { via: direct } }');
  const { code, outputs, annotations, summary, log } = await rehearse('astray', { 'topology.yaml': text });
  expect(code, log).toBe(1);
  expect(outputs).toMatchObject({ outcome: 'not-reached', reachable: 'false', valid: 'true' });
  const errors = annotations.filter(({ level }) => level === 'error');
  expect(errors.find(({ file }) => file === 'topology.yaml')).toMatchObject({
    line: lineOf(text, '  b:'),
    message: expect.stringContaining('b/m') as string,
  });
  expect(errors.at(-1)!.message).toContain('b/m');
  expect(summary).toContain('The deployment to the twin failed with exit code 4');
});

it('annotates the lines of a topology that is not valid, and brings nothing up', async () => {
  const text = TINY.replace('192.168.99.14', '192.168.98.14');
  const { code, outputs, annotations, summary, durationMs } = await rehearse('bad', {
    'topology.yaml': text,
  });
  expect({ code, ...outputs }).toMatchObject({ code: 1, outcome: 'invalid', valid: 'false' });
  expect(outputs).not.toHaveProperty('reachable');
  expect(annotations.find(({ file }) => file === 'topology.yaml')?.line).toBe(lineOf(text, '192.168.98.14'));
  expect(summary).toContain('192.168.98.14');
  expect(durationMs).toBeLessThan(5000);
});

it('rehearses as well what a run by hand names, and only what GitHub could merge', async () => {
  const [bad] = (await wendy.call('GET pulls?state=open&head=olga:bad')).body as Pull[];
  const { code, outputs, summary } = await rehearseByHand(bad!.number);
  expect({ code, ...outputs }).toMatchObject({ code: 1, outcome: 'invalid', valid: 'false' });
  expect(summary).toContain('192.168.98.14');
  const pushed = await wendy.push('bad', { 'README.md': 'more words' });
  await github.git.point(`pull/${bad!.number}/head`, pushed);
  const early = await rehearseByHand(bad!.number);
  expect(early.code).toBe(1);
  expect(early.log).toContain('no merge of the newest commit');
});

it('has nothing to do where no topology changes', async () => {
  const { code, outputs } = await rehearse('words', { 'README.md': 'words' });
  expect({ code, ...outputs }).toMatchObject({ code: 0, outcome: 'unchanged' });
});
