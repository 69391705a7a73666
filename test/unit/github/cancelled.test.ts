import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { deployMerged } from '../../../src/app/github/deploy-merged.ts';
import { parsePatterns } from '../../../src/app/github/patterns.ts';
import { FakeRepository } from '../../fakes/repository.ts';
import { FakeWorld } from '../../fakes/world.ts';

const TOPOLOGY = readFileSync('examples/two-clusters/topology.yaml', 'utf8');

it('a job that is cancelled dials no network whose turn it was not yet, and says so', async () => {
  const repository = new FakeRepository();
  const world = new FakeWorld(new Map());
  const before = repository.push({ 'a.yaml': TOPOLOGY, 'b.yaml': TOPOLOGY });
  const after = repository.merge(7, { 'b.yaml': TOPOLOGY.replace('10.97.0.0/16', '10.98.0.0/16') });
  let summary = '';
  const { outputs, isFailure } = await deployMerged(
    {
      event: { kind: 'push', ref: 'refs/heads/main', before, after },
      defaultBranch: 'main',
      patterns: parsePatterns('a.yaml\nb.yaml'),
      environment: 'kuiil',
      confirmTimeoutS: 30,
      awaitS: 5,
      mayPushDirectly: false,
      who: 'test',
      transaction: () => 'trial',
      signal: AbortSignal.abort(),
    },
    {
      ...repository.ports,
      connect: () => world.connect(),
      clock: world.clock,
      step: {
        log: () => undefined,
        progress: () => ({ step: () => undefined, end: () => undefined }),
        annotate: () => undefined,
        warn: () => undefined,
        summary: async (text) => void (summary += text),
        keep: async (name) => name,
      },
    },
  );
  expect({ outcome: outputs.outcome, changed: outputs.changed, isFailure }).toEqual({
    outcome: 'refused',
    changed: false,
    isFailure: true,
  });
  expect(world.calls).toEqual([]);
  expect(summary.match(/cancelled before it was its turn/g)).toHaveLength(2);
});
