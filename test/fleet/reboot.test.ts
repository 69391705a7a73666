import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HUB, hostName } from '../../src/core/model/name.ts';
import { bash, deployedFleet, reachedWithin, TWO_CLUSTERS, type Fleet } from './fleet.ts';
import { call, releaseFor } from './host-call.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await deployedFleet();
});
afterAll(() => fleet?.down());

const ROUTER = hostName('cluster1', 'c1-master');
const NODE = hostName('cluster1', 'c1-node1');
const HOSTS = [
  ROUTER,
  NODE,
  hostName('cluster1', 'c1-node2'),
  hostName('cluster2', 'c2-master'),
  hostName('cluster2', 'c2-node1'),
  hostName('cluster2', 'c2-node2'),
  HUB,
];
// Issue 3: all pairs back within 60 s, without Kuiil's client.
const BACK_MS = 60_000;
const ADDED = '10.0.50.0/24';

describe('a host that reboots', () => {
  it.for(HOSTS)('is reached by all, and reaches all, soon after %s is back', async (host) => {
    const { lab } = fleet;
    await lab.reboot(host);
    expect(await reachedWithin(lab, BACK_MS)).toBeLessThan(BACK_MS);
    expect(
      await bash(lab, host, 'systemctl list-units --failed --no-legend; systemctl is-active kuiil.timer'),
    ).toBe('active\n');
  });

  it('is reached through the tunnel within 90 s when it was the hub, though its routers have nothing to say', async () => {
    const { lab } = fleet;
    await lab.reboot(HUB);
    const since = performance.now();
    // From the hub, which cannot ask for a handshake: it does not know where its routers are.
    const asking = 'until ping -nqc1 -W1 192.168.99.10 >/dev/null; do :; done';
    await lab.exec(HUB, ['timeout', '100', 'bash', '-c', asking], { timeoutMs: 110_000 });
    expect(performance.now() - since).toBeLessThan(90_000);
  });

  it('needs nobody else to be up: after a power cut of everything all pairs are back', async () => {
    const { lab } = fleet;
    await Promise.all(lab.hosts.map((host) => lab.reboot(host)));
    expect(await reachedWithin(lab, BACK_MS)).toBeLessThan(BACK_MS);
  });

  it.for([ROUTER, NODE])('has the confirmed release, when %s had activated another one', async (host) => {
    const { lab } = fleet;
    const changed = TWO_CLUSTERS.replace(
      'serviceCIDR: 10.97.0.0/16',
      `serviceCIDR: 10.97.0.0/16\n    ranges: { metallb: ${ADDED} }`,
    );
    const { text, digest } = releaseFor(lab, changed, host);
    const confirmed = await bash(lab, host, 'cat /var/lib/kuiil/current/digest');
    await call(lab, host, { verb: 'stage', args: [digest], payload: text });
    const args = ['reboot-test', digest, '300', 'whole'];
    await call(lab, host, { verb: 'activate', args, payload: 'owner fleet test\n' });
    expect(await bash(lab, host, 'ip route show proto 75')).toContain(ADDED);

    await lab.reboot(host);
    expect(await bash(lab, host, 'cat /var/lib/kuiil/current/digest')).toBe(confirmed);
    expect(await bash(lab, host, 'ip route show proto 75')).not.toContain(ADDED);
    expect(await bash(lab, host, 'cat /etc/kuiil/routes; ls /run/kuiil')).not.toMatch(
      /10\.0\.50|transaction|active/,
    );
    await reachedWithin(lab, BACK_MS);
  });
});
