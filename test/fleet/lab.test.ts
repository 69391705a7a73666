import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/adapters/twin/run.ts';
import { HUB, hostName } from '../../src/core/model/name.ts';
import { namespacesOf, traces } from '../e2e/twin-traces.ts';
import { example } from '../examples.ts';
import { bringUpLab, type LabNetwork } from '../lab/lab.ts';
import { bash } from './fleet.ts';

const ROUTER = hostName('cluster1', 'master');
const NODE = hostName('cluster1', 'node1');

describe('a lab of full hosts', () => {
  let lab: LabNetwork;
  beforeAll(async () => {
    lab = await bringUpLab(example('guide'), { direct: true });
  });
  afterAll(() => lab?.down());

  it('boots systemd on every host, without a failed unit', async () => {
    for (const host of lab.hosts) {
      expect(await bash(lab, host, 'cat /proc/1/comm; systemctl is-system-running --wait'), host).toBe(
        'systemd\nrunning\n',
      );
    }
  });

  it("keeps sshd's limits as the distribution has them", async () => {
    const limits = await bash(
      lab,
      NODE,
      'sshd -T | grep -E "^(maxstartups|maxsessions|usepam|permitrootlogin) "',
    );
    expect(limits.split('\n').toSorted().join('\n').trim()).toBe(
      'maxsessions 10\nmaxstartups 10:30:100\npermitrootlogin without-password\nusepam yes',
    );
  });

  it('has a first tunnel on each router, by its unit, and nothing of Kuiil', async () => {
    expect(
      await bash(lab, ROUTER, 'systemctl is-active wg-quick@wg0; systemctl is-enabled wg-quick@wg0'),
    ).toBe('active\nenabled\n');
    expect(await bash(lab, NODE, 'ls -d /etc/kuiil /var/lib/kuiil /run/kuiil 2>/dev/null || true')).toBe('');
  });

  it('reaches nothing of another cluster', async () => {
    const probes = await lab.probeAll();
    expect(probes.length).toBeGreaterThan(10);
    expect(probes.filter((probe) => probe.reachable)).toEqual([]);
  });

  it('lets a deployer on the LAN dial a node', async () => {
    const dial = [
      'timeout',
      '3',
      'bash',
      '-c',
      'exec 3<>/dev/tcp/192.168.100.101/22 && read -r line <&3 && echo "$line"',
    ];
    expect((await run(['ip', 'netns', 'exec', lab.deployerNamespace, ...dial])).stdout).toMatch(
      /^SSH-2\.0-OpenSSH/,
    );
  });

  it('reboots a host: what was on disk is there, what was in the kernel is not, and its network is', async () => {
    const routes = await bash(lab, ROUTER, 'ip route; iptables-save | sed "/^#/d; s/ \\[.*//"');
    await bash(
      lab,
      ROUTER,
      'echo kept >/etc/kept; echo gone >/run/gone; ip link add gone type bridge; ip route add 10.9.9.0/24 dev eth0',
    );
    await lab.reboot(ROUTER);
    expect(
      await bash(lab, ROUTER, 'cat /etc/kept; ls -d /run/gone /sys/class/net/gone 2>/dev/null || true'),
    ).toBe('kept\n');
    expect(await bash(lab, ROUTER, 'ip route; iptables-save | sed "/^#/d; s/ \\[.*//"')).toBe(routes);
    expect(await bash(lab, ROUTER, 'systemctl is-active wg-quick@wg0')).toBe('active\n');
    expect(await bash(lab, HUB, 'true')).toBe('');
  });

  it('leaves nothing behind when it is taken down', async () => {
    const namespaces = namespacesOf(lab.id);
    expect(cgroups(lab.id)).not.toEqual([]);
    await Promise.all([lab.down(), lab.down()]);
    expect([...traces(lab.id, namespaces), ...cgroups(lab.id)]).toEqual([]);
  });
});

describe('a lab whose process was killed', () => {
  it('is cleared by the next one', async () => {
    const argv = ['scripts/run-ts.mjs', 'test/fleet/lab-victim.ts'];
    const victim = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const id = String((await once(victim.stdout, 'data'))[0]).trim();
    const namespaces = namespacesOf(id);
    expect(traces(id, namespaces)).not.toEqual([]);
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    const next = await bringUpLab(example('guide'));
    try {
      expect([...traces(id, namespaces), ...cgroups(id)]).toEqual([]);
    } finally {
      await next.down();
    }
  });

  it('leaves nothing when it is interrupted on its way', async () => {
    const ids: string[] = [];
    const controller = new AbortController();
    // As soon as its sites are wired, in the middle of the first boots.
    const step = (line: string) => {
      const id = /^(kt[a-z0-9]+):/.exec(line)?.[1];
      if (id === undefined) return;
      ids.push(id);
      setTimeout(() => controller.abort(), 300);
    };
    await expect(
      bringUpLab(example('guide'), { progress: { step }, signal: controller.signal }),
    ).rejects.toThrow(/interrupted/);
    expect(ids).toHaveLength(1);
    expect([...traces(ids[0]!, []), ...cgroups(ids[0]!)]).toEqual([]);
  });
});

function cgroups(id: string): readonly string[] {
  return ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'].flatMap((hierarchy) => {
    try {
      return readdirSync(hierarchy).filter((name) => name.includes(id));
    } catch {
      return [];
    }
  });
}
