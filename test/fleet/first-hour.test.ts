import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HostName } from '../../src/core/model/name.ts';
import { templates } from '../../src/app/init/templates.ts';
import { Admin, type Seat } from '../e2e/admin.ts';
import { TINY } from '../e2e/tiny.ts';
import { topologyOf } from '../e2e/twin-example.ts';
import { keepSecret } from '../evidence.ts';
import { Events } from '../github/events.ts';
import { type GitHub, startGitHub } from '../github/github.ts';
import { runJob } from '../github/job.ts';
import { Person } from '../github/person.ts';
import { relayInto } from '../github/relay.ts';
import { bringUpLab, type LabNetwork } from '../lab/lab.ts';
import { bash, reachedWithin } from './fleet.ts';

let lab: LabNetwork;
let github: GitHub;
let admin: Admin;
let endRelay: () => void;

beforeAll(async () => {
  [lab, github] = await Promise.all([bringUpLab(topologyOf(TINY)), startGitHub()]);
  endRelay = await relayInto(lab.asDeployer, github.url);
  admin = new Admin(lab, TINY);
  // Nothing of WireGuard is on any host, and nobody has a login on the one that cannot be reached.
  for (const host of ['hub', 'a/m', 'b/m'] as const)
    await bash(
      lab,
      host as HostName,
      'systemctl disable --now --quiet wg-quick@wg0 2>/dev/null || :; ip link delete wg0 2>/dev/null || :; rm -rf /etc/wireguard/*',
    );
  await bash(lab, 'b/m' as HostName, 'rm -rf ~/.ssh');
});
afterAll(async () => {
  admin?.end();
  endRelay?.();
  await Promise.all([lab?.down(), github?.close()]);
});

it('goes from names and addresses to every pair reached, by what a person types', async () => {
  const began = performance.now();
  const typed: string[] = [];
  const note = (where: string, what: string) => {
    const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
    typed.push(`${seconds} s  ${where.padEnd(10)} ${what}`);
  };
  const kuiil = async (seat: Seat, ...argv: readonly string[]) => {
    const { exitCode, stdout, stderr } = await admin.kuiil(seat, ...argv);
    expect(exitCode, stdout + stderr).toBe(0);
    note(seat, `kuiil ${argv.join(' ').slice(0, 60)}`);
    return stdout;
  };
  const onConsole = async (host: string, script: string) => {
    const { exitCode, stdout, stderr } = await lab.exec(host as HostName, ['bash', '-s'], { stdin: script });
    expect(exitCode, stderr).toBe(0);
    note(host, 'bash kuiil-bootstrap.sh');
    return stdout.trim().split('\n').at(-1)!.split(' ');
  };
  await kuiil('deployer', 'enrol', 'hub', '--yes');
  await kuiil('site.a', 'enrol', 'a/n', '--yes');
  for (const host of ['a/m', 'b/m']) {
    const line = await onConsole(host, await kuiil('deployer', 'bootstrap', host));
    await kuiil('deployer', 'enrol', 'add', ...line, '--yes');
  }

  const wendy = new Person(github, 'wendy');
  const events = new Events(github, wendy);
  const pin = { commit: 'a'.repeat(40), tag: 'v1.0.0' };
  const workflows = templates(pin, 'main').filter(({ path }) => path.startsWith('.github/'));
  await wendy.push('main', Object.fromEntries(workflows.map(({ path, text }) => [path, text])));
  const pull = await wendy.openPull('network', {
    'topology.yaml': admin.read('topology.yaml'),
    'topology.keys.yaml': admin.read('topology.keys.yaml'),
  });
  note('GitHub', 'pull request opened');
  const event = await events.pullRequestTarget(pull.number);
  const planned = await runJob({ github, workflow: 'kuiil-plan', job: 'plan', event });
  expect(planned.code, planned.log).toBe(0);
  note('GitHub', 'planned');
  const before = (await github.git.tip('heads/main'))!;
  const push = await events.push(before, await wendy.merge(pull.number));
  note('GitHub', 'merged');
  const key = admin.read('config/kuiil/tiny/deploy');
  keepSecret(key);
  const deployed = await runJob({
    github,
    workflow: 'kuiil',
    job: 'deploy',
    event: push,
    within: lab.asDeployer,
    contexts: { secrets: { KUIIL_SSH_KEY: key } },
  });
  expect([deployed.code, deployed.outputs.outcome], deployed.log).toEqual([0, 'confirmed']);
  note('GitHub', 'deployed, confirmed');
  await reachedWithin(lab, 30_000);
  note('everywhere', 'every node, pod and service of the other cluster is reached');
  process.stdout.write(`${typed.join('\n')}\n`);
});
