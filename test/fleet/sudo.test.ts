import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostName } from '../../src/core/model/name.ts';
import { Deployer } from '../e2e/program.ts';
import { topologyOf } from '../e2e/twin-example.ts';
import { bringUpLab, type LabNetwork } from '../lab/lab.ts';
import { bash, TWO_CLUSTERS } from './fleet.ts';

const TOPOLOGY = `${TWO_CLUSTERS}ssh: { user: deployer }\n`;
const NODE = hostName('cluster1', 'c1-node2');

// The lab's logins are root by another name; this one is a user like any other, with sudo as an admin grants it.
const USER = `
sed -i 's|^deployer:.*|deployer:x:1000:1000::/home/deployer:/bin/bash|' /etc/passwd
install -d -o 1000 -g 1000 -m 0700 /home/deployer /home/deployer/.ssh
install -o 1000 -g 1000 -m 0600 /root/.ssh/authorized_keys /home/deployer/.ssh/authorized_keys
echo 'deployer ALL=(root) NOPASSWD: ALL' >/etc/sudoers.d/deployer; chmod 0440 /etc/sudoers.d/deployer
[ "$(runuser -u deployer -- sudo -n id -u)" = 0 ]`;

let lab: LabNetwork;
let deployer: Deployer;
let file: string;

beforeAll(async () => {
  lab = await bringUpLab(topologyOf(TOPOLOGY), { packages: ['sudo'] });
  for (const host of lab.hosts) await bash(lab, host, USER);
  deployer = new Deployer(lab);
  file = deployer.topology(TOPOLOGY);
});
afterAll(() => lab?.down());

describe('a user who is not root', () => {
  it('is told of a host where sudo wants a password, which is awaited', async () => {
    await bash(lab, NODE, `sed -i 's/NOPASSWD: //' /etc/sudoers.d/deployer`);
    const { exitCode, stdout, stderr } = await deployer.run('deploy', file, '--await', '3');
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/c1-node2: was never deployed to/);
    expect(stdout).toContain('NOPASSWD');
    await bash(lab, NODE, `sed -i 's/(root) /(root) NOPASSWD: /' /etc/sudoers.d/deployer`);
  });

  it('deploys to every host by sudo', async () => {
    const { exitCode, document, stderr } = await deployer.deployment('deploy', file, '--require-all');
    expect({ exitCode, outcome: document.outcome, faults: document.faults }, stderr).toEqual({
      exitCode: 0,
      outcome: 'confirmed',
      faults: [],
    });
    expect(await bash(lab, NODE, 'stat -c %U /var/lib/kuiil/current/digest')).toBe('root\n');
  });

  it('sees every host in sync, and takes Kuiil off again', async () => {
    const status = await deployer.run('status', file);
    expect(status.stdout.match(/in sync/g)).toHaveLength(lab.hosts.length);
    const { exitCode, stdout, stderr } = await deployer.run('remove', file);
    expect(exitCode, stdout + stderr).toBe(0);
  });
});
