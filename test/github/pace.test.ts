import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Events } from './events.ts';
import { startGitHub } from './github.ts';
import { runJob } from './job.ts';
import { Person } from './person.ts';
import { NODE_24 } from './runner.ts';

const RUNS = 5;

it('prints what a plan takes beside a Node that does nothing', async () => {
  const github = await startGitHub();
  const wendy = new Person(github, 'wendy');
  const topology = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
  const keys = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');
  await wendy.push('main', { 'topology.yaml': topology, 'topology.keys.yaml': keys });
  const pull = await wendy.openPull('services', { 'topology.yaml': topology.replace('10.96.', '10.98.') });
  const event = await new Events(github, wendy).pullRequestTarget(pull.number);
  const empty: number[] = [];
  const plans: number[] = [];
  // One more, since the first has a comment to write.
  for (let run = 0; run <= RUNS; run++) {
    const started = performance.now();
    spawnSync(NODE_24, ['-e', '0']);
    empty.push(performance.now() - started);
    const { code, durationMs, log } = await runJob({ github, workflow: 'kuiil-plan', job: 'plan', event });
    expect(code, log).toBe(0);
    plans.push(durationMs);
  }
  await github.close();
  console.log(`a plan of two-clusters: ${median(plans)} ms; an empty Node process: ${median(empty)} ms`);
  expect(median(plans)).toBeGreaterThan(median(empty));
});

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!);
}
