import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { type GitHubEvent, Events } from '../github/events.ts';
import { type GitHub, startGitHub } from '../github/github.ts';
import { runJob } from '../github/job.ts';
import { Person } from '../github/person.ts';
import { relayInto } from '../github/relay.ts';
import type { Ran } from '../github/runner.ts';
import { outputsOf } from '../github/workflows/files.ts';
import { Deployer } from './program.ts';
import { TINY } from './tiny.ts';
import { topologyOf, up } from './twin-example.ts';

let twin: TwinNetwork;
let github: GitHub;
let wendy: Person;
let endRelay: () => void;
let file: string;
let pulls = 0;

beforeAll(async () => {
  [twin, github] = await Promise.all([up(topologyOf(TINY)), startGitHub()]);
  endRelay = await relayInto(twin.asDeployer, github.url);
  wendy = new Person(github, 'wendy');
  file = new Deployer(twin).topology(TINY);
  const files = { 'topology.yaml': TINY, 'topology.keys.yaml': twin.keysOf(twin.hosts) };
  const { code, log } = await deploy(await merge(files));
  if (code !== 0) throw new Error(log);
});
afterAll(async () => {
  endRelay?.();
  await Promise.all([twin?.down(), github?.close()]);
});

async function merge(files: Readonly<Record<string, string>>): Promise<GitHubEvent> {
  const pull = await wendy.openPull(`change-${++pulls}`, files);
  const before = (await github.git.tip('heads/main'))!;
  return new Events(github, wendy).push(before, await wendy.merge(pull.number));
}

function deploy(event: GitHubEvent, cancelAt?: string): Promise<Ran> {
  const contexts = { secrets: { KUIIL_SSH_KEY: twin.identity } };
  const cancelled = cancelAt === undefined ? {} : { cancelAt };
  const job = { github, workflow: 'kuiil', job: 'deploy', event, contexts, within: twin.asDeployer };
  return runJob({ ...job, ...cancelled });
}

interface Status {
  readonly hosts: Readonly<
    Record<string, { readonly release: string; readonly transaction?: string | null }>
  >;
}

/** What every host boots into, and whether anything is still under way on it. */
async function standing() {
  const { stdout } = await new Deployer(twin).run('status', file, '--format', 'json');
  const { hosts } = JSON.parse(stdout) as Status;
  return Object.entries(hosts).map(([host, { release, transaction }]) => ({
    host,
    release,
    transaction: transaction ?? null,
  }));
}

async function unfreeze(): Promise<void> {
  const { exitCode, stderr } = await new Deployer(twin).run('unfreeze', file);
  if (exitCode !== 0) throw new Error(stderr);
}

/** The newest deployment and its newest status, as GitHub has them. */
function recorded() {
  const [deployment] = github.state.deployments;
  const [status] = github.state.statuses.get(deployment!.id as number) ?? [];
  const { outcome } = deployment!.payload as { outcome: string };
  return { sha: deployment!.sha, outcome, state: status?.state };
}

describe('a workflow that is cancelled in the middle of a deployment', () => {
  let push: GitHubEvent;

  it.each(['activate', 'verify'])('while it is to %s takes back at once what it has begun', async (phase) => {
    await unfreeze();
    const before = await standing();
    push = await merge({ 'topology.yaml': TINY.replace('10.97.0.0/16', `10.${98 + pulls}.0.0/16`) });
    const { code, outputs, log, summary, cancelledMs } = await deploy(push, `  ${phase}\n`);
    console.log(`cancelled at ${phase}: reverted and told after ${Math.round(cancelledMs ?? NaN)} ms`);
    expect({ code, outcome: outputs.outcome, changed: outputs.changed }, log).toEqual({
      code: 1,
      outcome: 'reverted',
      changed: 'false',
    });
    expect(cancelledMs).toBeLessThan(7500);
    expect(await standing()).toEqual(before);
    expect((await twin.probeAll()).filter(({ reachable }) => !reachable)).toEqual([]);
    expect(recorded()).toEqual({ sha: push.sha, outcome: 'reverted', state: 'failure' });
    expect(summary).toContain('reverted: the deployment was taken back; no host keeps the new release');
    expect(summary).toMatch(/runs? what (it|they) had before and boots? into it/);
    expect(summary).toContain('interrupted');
  });

  it('is refused when it is run again, as after every deployment that was taken back', async () => {
    const { code, outputs, log } = await deploy(push);
    expect({ code, outcome: outputs.outcome }, log).toEqual({ code: 1, outcome: 'refused' });
    expect(log).toMatch(/frozen.*taken back: interrupted/);
  });

  it('is deployed when the freeze is lifted and it is run again', async () => {
    await unfreeze();
    const { code, outputs, log } = await deploy(push);
    expect({ code, outcome: outputs.outcome }, log).toEqual({ code: 0, outcome: 'confirmed' });
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(outputsOf('deploy')));
    expect(recorded()).toEqual({ sha: push.sha, outcome: 'confirmed', state: 'success' });
  });
});
