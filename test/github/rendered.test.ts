import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAYLOADS } from '../unit/report/hostile.ts';
import { expectHarmless } from '../unit/report/markdown-page.ts';
import { Events } from './events.ts';
import { type GitHub, startGitHub } from './github.ts';
import { runJob } from './job.ts';
import { Person } from './person.ts';
import type { Ran } from './runner.ts';

const TOPOLOGY = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const KEYS = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');

let github: GitHub;
let wendy: Person;
beforeAll(async () => {
  github = await startGitHub();
  wendy = new Person(github, 'wendy');
  await wendy.push('main', { 'topology.yaml': TOPOLOGY, 'topology.keys.yaml': KEYS });
});
afterAll(() => github.close());

async function plan(
  number: number,
  inputs: Readonly<Record<string, string>> = {},
): Promise<Ran & { readonly comments: readonly string[] }> {
  const event = await new Events(github, wendy).pullRequestTarget(number);
  const ran = await runJob({ github, workflow: 'kuiil-plan', job: 'plan', event, inputs });
  return { ...ran, comments: (await wendy.comments(number)).map(({ body }) => body) };
}

/** What is made of what others wrote: without our marker, the mark of a title, and where it came from. */
const theirs = (markdown: string) =>
  markdown
    .split('\n')
    .filter((line) => !/^(<!-- |<sub>From )/.test(line))
    .map((line) => line.replace(/^### /, ''))
    .join('\n');

describe('rendered as GitHub renders it', () => {
  it('what somebody wrote into a topology is text everywhere', async () => {
    const hostile = PAYLOADS.filter((each) => each !== '' && !/[\ud800-\udfff]/.test(each)).map((each) =>
      JSON.stringify(each.slice(0, 200)),
    );
    const clusters = hostile.map(
      (name, index) => `  ${name}: { subnet: ${name}, nodes: { ${name}: ${name}, m${index}: ${name} } }\n`,
    );
    const text = `${TOPOLOGY.replace('name: two-clusters', `name: ${hostile[4]}`)}${clusters.join('')}`;
    const pull = await wendy.openPull('hostile', { 'topology.yaml': text });
    const { code, comments, summary } = await plan(pull.number);
    expect([code, comments.length]).toEqual([1, 1]);
    const { body } = await wendy.call(`GET commits/${pull.head.sha}/check-runs`);
    const [check] = (body as { check_runs: { id: number; output: { summary: string } }[] }).check_runs;
    for (const page of [...comments, summary, check!.output.summary]) expectHarmless(theirs(page));
    const annotations = github.state.annotations.get(check!.id)!;
    expect(annotations.length).toBeGreaterThan(20);
    for (const { message, title } of annotations) {
      expect(`${String(message)}${String(title)}`.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }
  });

  it('so is the name of a folder', async () => {
    const folder = 'networks/`<img src=x> @octocat';
    const pull = await wendy.openPull('folders', {
      [`${folder}/topology.yaml`]: TOPOLOGY,
      [`${folder}/topology.keys.yaml`]: KEYS,
    });
    const { code, comments, log } = await plan(pull.number, { topology: 'networks/**/topology.yaml' });
    expect([code, comments.length], log).toEqual([0, 1]);
    expectHarmless(theirs(comments[0]!));
  });
});
