import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { parsePatterns } from '../../../src/app/github/patterns.ts';
import type { Ended } from '../../../src/app/github/ports.ts';
import { rehearseChange, type Performance, type Script } from '../../../src/app/github/rehearse-change.ts';
import { FakeRepository } from '../../fakes/repository.ts';

const BASE = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const GROWN = BASE.replace('10.97.0.0/16', '10.98.0.0/16');
const COMPLETE: Performance = {
  markdown: '**everything**\n',
  document: { kuiil: 1, kind: 'rehearse', complete: true, failed: [], deployment: { exitCode: 0 } },
  isComplete: true,
  lastWords: '',
};
const lineOf = (part: string) => GROWN.split('\n').findIndex((line) => line.includes(part)) + 1;

let repository: FakeRepository;
let said: { summary: string; commands: string };
let scripts: Script[];
beforeEach(() => {
  repository = new FakeRepository();
  repository.push({ 'topology.yaml': BASE });
  said = { summary: '', commands: '' };
  scripts = [];
});

/** The job for a pull request that makes this of the topology, on a machine that answers so. */
function rehearse(text: string, answer: Partial<Performance>): Promise<Ended> {
  const commit = repository.merge(7, { 'topology.yaml': text });
  return rehearseChange(
    {
      event: { kind: 'pull-request', number: 7, head: commit },
      patterns: parsePatterns('topology.yaml'),
      commit,
      sample: 3,
    },
    {
      contents: repository.ports.contents,
      rehearser: {
        rehearse: async (script) => {
          scripts.push(script);
          return { ...COMPLETE, ...answer };
        },
      },
      step: {
        log: () => undefined,
        progress: () => ({ step: () => undefined, end: () => undefined }),
        annotate: (commands) => void (said.commands += commands),
        warn: () => undefined,
        summary: async (markdown) => void (said.summary += markdown),
        keep: async (name) => name,
      },
    },
  );
}

const failing = (document: object): Partial<Performance> => ({
  isComplete: false,
  document: { kuiil: 1, kind: 'rehearse', complete: false, deployment: { exitCode: 0 }, ...document },
});

describe('a rehearsal of a pull request', () => {
  it('is of the step from what the branch has', async () => {
    const { outputs, isFailure } = await rehearse(GROWN, {});
    expect({ ...outputs, isFailure }).toMatchObject({
      outcome: 'reached',
      reachable: true,
      isFailure: false,
    });
    expect(scripts).toEqual([{ topology: GROWN, base: BASE, sample: 3 }]);
  });

  it('names each pair that is not reached once, at the lines of its cluster', async () => {
    const probe = { from: 'cluster2/c2-node1', to: 'cluster1/c1-master', kind: 'pod-service', family: 4 };
    const failed = [probe, { ...probe, kind: 'node-node' }, { ...probe, from: 'hub', kind: 'hub-node' }];
    const { outputs, isFailure, message } = await rehearse(GROWN, failing({ failed }));
    expect({ ...outputs, isFailure }).toMatchObject({
      outcome: 'not-reached',
      reachable: false,
      isFailure: true,
    });
    expect(message).toBe(
      'cluster2 does not reach cluster1: cluster2/c2-node1 → cluster1/c1-master (pod to service, IPv4) and 1 more; and 1 more',
    );
    const lines = [...said.commands.matchAll(/^::error file=topology.yaml,line=(\d+),/gm)].map(
      ([, at]) => at,
    );
    expect(lines.map(Number)).toEqual([lineOf('  cluster2:'), lineOf('  cluster1:')]);
  });

  it('says which host failed at which step when the deployment fails', async () => {
    const faults = [{ host: 'hub', step: 'verify', cause: 'no answer\n::error::pwned' }];
    const { message } = await rehearse(
      GROWN,
      failing({ failed: [], deployment: { exitCode: 5, document: { faults } } }),
    );
    expect(message).toBe('hub, verify: no answer\\n::error::pwned');
    expect(said.commands.split('\n').filter((line) => line !== '')).toHaveLength(1);
    expect(said.commands).toContain(`line=${lineOf('hub:')}`);
  });

  it('does not say that something is not reached when nothing was rehearsed', async () => {
    const { outputs, isFailure, message } = await rehearse(GROWN, {
      markdown: undefined,
      document: undefined,
      isComplete: false,
      lastWords: 'bring up the twin: no namespaces <img src=x> [twin/failed]',
    });
    expect({ outcome: outputs.outcome, isFailure }).toEqual({ outcome: 'failed', isFailure: true });
    expect(outputs).not.toHaveProperty('reachable');
    expect(message).toContain('no namespaces');
    expect(said.summary).toContain('no namespaces');
    expect(said.summary).not.toContain('<img');
  });

  it.each([
    ['what the machine lacks', { missing: [{ what: 'programs: wg' }] }, 'lacks programs: wg'],
    ['that it was interrupted', { interrupted: true }, 'interrupted'],
  ])('says %s', async (_, document, words) => {
    const { outputs, message } = await rehearse(GROWN, {
      isComplete: false,
      document: { complete: false, ...document },
    });
    expect(outputs.outcome).toBe('failed');
    expect(message).toContain(words);
  });

  it('needs no rehearsal where only other files change', async () => {
    const { outputs, isFailure } = await rehearse(BASE, {});
    expect({ outcome: outputs.outcome, isFailure }).toEqual({ outcome: 'unchanged', isFailure: false });
    expect(outputs).not.toHaveProperty('reachable');
    expect(scripts).toEqual([]);
  });
});
