import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { GitHubEvent } from '../events.ts';
import { runStep } from '../runner.ts';
import { Scene } from './scene.ts';

const MAY_DEPLOY = { contents: 'read', 'pull-requests': 'read', deployments: 'write' } as const;
const KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let scene: Scene;
let push: GitHubEvent;
beforeAll(async () => {
  // Not valid: nobody is dialled.
  scene = await Scene.open({ 'topology.yaml': 'version: 1\n' });
  const tip = (await scene.github.git.tip('heads/main'))!;
  push = await scene.events.push(tip, tip);
});
afterEach(() => scene.github.state.environments.clear());
afterAll(() => scene.github.close());

/** The warnings of the job with the key about what others may do with it. */
async function warned(
  isShown: boolean,
): Promise<{ readonly warnings: readonly string[]; readonly log: string }> {
  const { annotations, log, outputs } = await runStep({
    github: scene.github,
    event: push,
    action: 'deploy',
    permissions: { ...MAY_DEPLOY, ...(isShown ? ({ actions: 'read' } as const) : {}) },
    inputs: { 'ssh-key': KEY },
  });
  expect(outputs.outcome, log).toBe('invalid');
  const warnings = annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
  return { warnings: warnings.filter((each) => each.includes('environment')), log };
}

it.each([
  ['every branch', 'all', 'every branch'],
  ['every protected branch', 'protected', 'every protected branch'],
  ['other branches', ['main', 'release/*', '::error::x'], 'the branch release/* and the branch ::error::x'],
] as const)('warns when the environment with the key is open to %s', async (_, branches, words) => {
  scene.github.state.environments.set('kuiil', { branches });
  const { warnings } = await warned(true);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(`may be used by ${words}:`);
  expect(warnings[0]).toContain('Restrict its deployment branches to main');
});

it('says nothing when the default branch alone may use it', async () => {
  scene.github.state.environments.set('kuiil', { branches: ['main'] });
  expect((await warned(true)).warnings).toEqual([]);
});

it.each([
  ['may not look', false, 1],
  ['finds none of that name', true, 0],
])('says in the log that it does not know when the job %s', async (_, isShown, refusals) => {
  const { warnings, log } = await warned(isShown);
  expect(warnings).toEqual([]);
  expect(log).toContain('not shown from which branches the environment kuiil may be used');
  expect(scene.github.refusals.splice(0)).toHaveLength(refusals);
});
