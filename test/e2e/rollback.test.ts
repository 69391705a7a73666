import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HUB } from '../../src/core/model/name.ts';
import { TWO_CLUSTERS } from '../fleet/fleet.ts';
import { lightScene, type OpenScene } from '../vandal/scenes.ts';

const NEWER = TWO_CLUSTERS.replace('podCIDR: 10.245.0.0/16', 'podCIDR: 10.246.0.0/16');

let scene: OpenScene;
let newer: string;
/** Releases by name, as deployments called them. */
const releases: { old?: string; newer?: string } = {};

beforeAll(async () => {
  scene = await lightScene();
  newer = scene.deployer.topology(NEWER, 'newer');
});
afterAll(() => scene?.down());

interface Document {
  readonly outcome: string;
  readonly release: string;
  readonly frozen?: boolean;
  readonly commit?: string | null;
  readonly freeze: { readonly reason: string; readonly lifted: boolean } | null;
  readonly faults: readonly { readonly code: string }[];
}

async function run(verb: string, file: string, ...options: readonly string[]) {
  const { exitCode, stdout, stderr } = await scene.deployer.run(verb, file, '--format', 'json', ...options);
  if (stdout === '') throw new Error(stderr);
  return { exitCode, ...(JSON.parse(stdout) as Document) };
}

/** The dangers of a plan are accepted as the program itself says they can be. */
async function accepted(verb: string, file: string, ...options: readonly string[]) {
  const first = await scene.deployer.run(verb, file, ...options, '--dry-run');
  const accept = [...first.stdout.matchAll(/--accept (\S+@[0-9a-f]+)/g)].map(([, each]) => each!);
  return run(verb, file, ...options, ...[...new Set(accept)].flatMap((each) => ['--accept', each]));
}

const routes = async () => (await scene.network.exec(HUB, ['ip', 'route', 'show', 'proto', '75'])).stdout;

describe('going back to what was deployed before', () => {
  it('brings the network to the earlier release and freezes deployments', async () => {
    releases.old = (await run('deploy', scene.file)).release;
    const deployed = await accepted('deploy', newer);
    expect(deployed).toMatchObject({ exitCode: 0, outcome: 'confirmed' });
    releases.newer = deployed.release;
    expect(await routes()).toContain('10.246.0.0/16');
    const back = await accepted('rollback', newer, '--to', 'previous', '--reason', 'the range was wrong');
    expect(back).toMatchObject({ exitCode: 0, outcome: 'confirmed', release: releases.old, frozen: true });
    expect(await routes()).toContain('10.245.0.0/16');
  });

  it('refuses what is in git meanwhile, with the reason', async () => {
    const refused = await run('deploy', newer);
    expect(refused).toMatchObject({ exitCode: 1, outcome: 'refused' });
    expect(refused.faults.map(({ code }) => code)).toEqual(['deploy/frozen']);
    expect(refused.freeze).toMatchObject({
      reason: 'rolled back to previous: the range was wrong',
      lifted: false,
    });
  });

  it('lets healing go on, which lifts nothing', async () => {
    await scene.network.exec(HUB, ['ip', 'route', 'del', '10.245.0.0/16', 'proto', '75']);
    const { exitCode } = await scene.deployer.run('drift', newer, '--heal', '--confirm-timeout', '40');
    expect(exitCode).toBe(0);
    expect(await routes()).toContain('10.245.0.0/16');
    expect(await run('deploy', newer)).toMatchObject({ outcome: 'refused' });
  });

  it('is over when git agrees: a deployment of what runs lifts the freeze', async () => {
    expect(await run('deploy', scene.file)).toMatchObject({
      exitCode: 0,
      outcome: 'unchanged',
      freeze: { lifted: true },
    });
    expect(await run('deploy', scene.file)).toMatchObject({ outcome: 'unchanged', freeze: null });
  });

  it('takes a commit, and a release that the hub remembers', async () => {
    const folder = dirname(newer);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        encoding: 'utf8',
      });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'newer');
    const commit = git('rev-parse', 'HEAD').trim();
    expect(await accepted('rollback', newer, '--to', commit)).toMatchObject({
      exitCode: 0,
      release: releases.newer,
      commit,
    });
    await scene.deployer.run('unfreeze', newer);
    expect(await accepted('rollback', newer, '--to', releases.old!.slice(0, 12))).toMatchObject({
      exitCode: 0,
      release: releases.old,
      commit: null,
    });
    const { exitCode, stderr } = await scene.deployer.run('rollback', newer, '--to', '0123456789');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('rollback/unknown'),
    });
  });

  it('shows in status what became of the last five', async () => {
    const { stdout } = await scene.deployer.run('status', newer, '--format', 'json');
    const { hosts } = JSON.parse(stdout) as { hosts: Record<string, { books: { outcome: string }[] }> };
    expect(hosts.hub!.books.map(({ outcome }) => outcome)).toEqual([
      'confirmed',
      'confirmed',
      'healed',
      'confirmed',
      'confirmed',
    ]);
  });
});
