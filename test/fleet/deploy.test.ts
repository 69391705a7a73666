import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostName } from '../../src/core/model/name.ts';
import { everythingOn } from './everything.ts';
import { bringUpFleet, reachedWithin, type Fleet } from './fleet.ts';

let fleet: Fleet;
let before: ReadonlyMap<HostName, string>;

beforeAll(async () => {
  fleet = await bringUpFleet();
  before = await everythingOn(fleet.lab);
});

afterAll(() => fleet?.down());

describe('full hosts behind NAT, whose routers have had their first tunnel', () => {
  it('confirm a first deployment, every one of them', async () => {
    const { deployer, file, lab } = fleet;
    const { exitCode, document, stderr } = await deployer.deployment('deploy', file);
    expect({ exitCode, outcome: document.outcome, faults: document.faults }, stderr).toEqual({
      exitCode: 0,
      outcome: 'confirmed',
      faults: [],
    });
    expect(Object.keys(document.hosts).toSorted()).toEqual(lab.hosts.toSorted());
    for (const [host, { outcome }] of Object.entries(document.hosts)) expect(outcome, host).toBe('confirmed');
  });

  it('reach every node, pod and service of the other cluster', async () => {
    expect(await reachedWithin(fleet.lab, 10_000)).toBeLessThan(10_000);
  });

  it('have no transaction left, no failed unit, and their tunnels and timer enabled', async () => {
    for (const host of fleet.lab.hosts) {
      const script =
        'ls -A /run/kuiil; systemctl --failed --no-legend; systemctl list-units --all --no-legend "kuiil-*"; ' +
        'systemctl is-active kuiil.timer; systemctl is-enabled kuiil.timer kuiil.service; ' +
        'if [ -e /sys/class/net/wg0 ]; then systemctl is-enabled wg-quick@wg0; systemctl is-active wg-quick@wg0; fi';
      const { stdout } = await fleet.lab.exec(host, ['bash', '-c', script]);
      expect(stdout, host).not.toMatch(/transaction|failed|undo|disabled|inactive/);
      expect(stdout, host).toMatch(/^active\nenabled\nenabled\n(enabled\nactive\n)?$/m);
    }
  });

  it('are all left alone by a second deployment', async () => {
    const deployed = await everythingOn(fleet.lab);
    const { exitCode, document } = await fleet.deployer.deployment('deploy', fleet.file);
    expect({ exitCode, outcome: document.outcome, changed: document.changed }).toEqual({
      exitCode: 0,
      outcome: 'unchanged',
      changed: [],
    });
    expect(await everythingOn(fleet.lab)).toEqual(deployed);
  });

  it('are as they were before, byte for byte, when Kuiil is removed', async () => {
    const { exitCode, stdout, stderr } = await fleet.deployer.run('remove', fleet.file);
    expect(exitCode, stdout + stderr).toBe(0);
    const after = await everythingOn(fleet.lab);
    for (const [host, text] of after) expect(text, host).toBe(before.get(host));
  });
});
