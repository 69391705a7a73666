import { SILENT_STEP } from '../../fakes/step.ts';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parsePatterns } from '../../../src/app/github/patterns.ts';
import { carryOut } from '../../../src/app/webhook/carry-out.ts';
import { FakeRepository } from '../../fakes/repository.ts';

const TOPOLOGY = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const KEYS = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');

it('plans itself what a comment asks to plan, and starts no workflow for it', async () => {
  const repository = new FakeRepository();
  const grown = TOPOLOGY.replace('10.97.0.0/16', '10.98.0.0/16');
  repository.push({ 'topology.yaml': grown, 'topology.keys.yaml': KEYS });
  const { contents, pullRequests, authority } = repository.ports;
  const sha = (await contents.folder(repository.main, ''))!.get('topology.yaml')!.sha;
  repository.push({ 'topology.yaml': TOPOLOGY });
  repository.open(7, [{ path: 'topology.yaml', sha }]);
  repository.writers.add('wendy');
  const did: string[] = [];
  const written = { id: 9, author: { login: 'wendy', isPerson: true }, app: undefined };
  const said = await carryOut(
    { kind: 'command', pullRequest: 7, comment: 9 },
    { patterns: parsePatterns('topology.yaml'), link: 'https://github.example/octo/net' },
    {
      contents,
      pullRequests,
      comments: {
        comments: pullRequests.comments,
        create: async (_, body) => void did.push(body),
        edit: () => Promise.resolve(),
      },
      checks: { create: () => Promise.resolve({ app: 901, bot: 'kuiil-app[bot]' }) },
      commands: {
        comment: async () => ({
          ...written,
          body: '/kuiil plan',
          isEdited: false,
          isHidden: false,
          createdAt: 0,
        }),
        pullRequest: pullRequests.get,
        authority,
        react: async (_, reaction) => did.push(reaction) > 0,
        reply: async (_, body) => void did.push(body),
        dispatch: async () => expect.fail('a workflow was started'),
        today: () => 0,
      },
      open: () => Promise.resolve([]),
      step: SILENT_STEP,
      clock: { now: () => 0, wait: () => Promise.resolve() },
    },
  );
  expect(said).toBe('comment 9: answered');
  expect(did).toEqual([
    'eyes',
    expect.stringContaining('10.98.0.0/16'),
    '+1',
    expect.stringMatching(/^`\/kuiil plan`: /),
  ]);
});
