import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { clearLeftovers } from '../../src/adapters/twin/registry.ts';
import { run } from '../../src/adapters/twin/run.ts';
import { HUB, hostName } from '../../src/core/model/name.ts';
import { hosts, isPending } from '../../src/core/model/topology.ts';
import { example, topologyOf, up } from './twin-example.ts';
import { namespacesOf, traces } from './twin-traces.ts';

const ROUTER = hostName('cluster1', 'c1-master');
const NODE1 = hostName('cluster1', 'c1-node1');
const NODE2 = hostName('cluster1', 'c1-node2');
const folder = mkdtempSync(join(tmpdir(), 'kuiil-twin-test-'));

describe('a twin before any deployment', () => {
  let twin: TwinNetwork;
  beforeAll(async () => {
    twin = await up(example('two-clusters'), { masquerade: true });
    writeFileSync(join(folder, 'key'), twin.identity, { mode: 0o600 });
  });
  afterAll(() => twin?.down());

  it('has every host of the topology, and a keys file for all of them', () => {
    expect(twin.hosts).toHaveLength(7);
    expect(twin.leftOut).toEqual([]);
    expect(hosts(example('two-clusters', twin.keysFile)).filter(isPending)).toEqual([]);
  });

  it('lets the deployer log in to the hub, whose pinned key it shows', async () => {
    expect(await ssh(twin, '203.0.113.1')).toMatchObject({ stdout: 'hub\n', exitCode: 0 });
  });

  it('lets nobody outside reach a site', async () => {
    for (const address of ['192.168.100.100', '192.168.99.10', '192.168.100.101', '198.18.0.16']) {
      const deployer = await run([...twin.asDeployer, ...connect(address, 22)]);
      expect(deployer.exitCode, `deployer to ${address}`).not.toBe(0);
      expect((await twin.exec(HUB, connect(address, 22))).exitCode, `hub to ${address}`).not.toBe(0);
    }
  });

  it('reaches nothing of another cluster', async () => {
    const results = await twin.probeAll();
    expect(results).toHaveLength(2 * 9 * 4 + 2 * 6);
    expect(results.filter((result) => result.reachable)).toEqual([]);
  });

  it('has pods and services that work inside a cluster', async () => {
    expect((await twin.execInPod(NODE1, ask('10.244.2.2', 8080))).stdout).toBe(`${NODE2} 10.244.1.2\n`);
    expect((await twin.execInPod(NODE1, ask('10.96.0.12', 80))).stdout).toBe(`${NODE2} 10.244.1.2\n`);
    expect((await twin.exec(NODE1, ask('10.96.0.12', 80))).stdout).toBe(`${NODE2} 192.168.100.101\n`);
    const pinged = await twin.exec(NODE1, ['ping', '-c1', '-W1', '10.96.0.12']);
    expect(pinged.exitCode, 'trap 28: a ClusterIP does not answer ping').not.toBe(0);
  });

  it('leaves forwarding to Kuiil on tunnel hosts and drops what nobody accepts', async () => {
    for (const [host, forwarding] of [
      [HUB, '0'],
      [ROUTER, '0'],
      [NODE1, '1'],
    ] as const) {
      const { stdout } = await twin.exec(host, [
        'cat',
        '/proc/sys/net/ipv4/ip_forward',
        '/proc/sys/net/ipv6/conf/all/forwarding',
      ]);
      expect(`${host} ${stdout}`).toBe(`${host} ${forwarding}\n${forwarding}\n`);
      expect((await twin.exec(host, ['iptables', '-S', 'FORWARD'])).stdout).toContain('-P FORWARD DROP');
    }
  });

  it('shows nothing of what this machine keeps for itself', async () => {
    const list =
      'ls -A /etc/wireguard /root /home /etc/ssh; ls -d /run/systemd/system /etc/kuiil /var/lib/kuiil; true';
    expect((await twin.exec(NODE1, ['bash', '-c', list])).stdout.split('\n').filter(Boolean)).toEqual([
      '/etc/ssh:',
      'ssh_host_ed25519_key',
      'ssh_host_ed25519_key.pub',
      'sshd_config',
      '/etc/wireguard:',
      '/home:',
      '/root:',
      '.ssh',
    ]);
  });

  it('comes back from a reboot with its files and without its kernel state', async () => {
    await twin.exec(NODE2, [
      'bash',
      '-c',
      'echo kept >/etc/kept; echo gone >/run/gone; ip link add gone type bridge',
    ]);
    await twin.reboot(NODE2);
    const { stdout } = await twin.exec(NODE2, [
      'bash',
      '-c',
      'cat /etc/kept; ls /run/gone /sys/class/net/gone; cat /run/sshd.pid',
    ]);
    expect(stdout).toMatch(/^kept\n[0-9]+\n$/);
    await twin.reboot(ROUTER);
    expect((await twin.exec(ROUTER, ['wg', 'show', 'wg0', 'peers'])).stdout).not.toBe('');
    expect((await twin.execInPod(NODE1, connect('10.244.2.2', 8080))).exitCode).toBe(0);
  });

  it('runs beside another twin with the same addresses, and survives it', async () => {
    const other = await up(example('guide'));
    const namespaces = namespacesOf(other.id);
    expect(await ssh(twin, '203.0.113.1')).toMatchObject({ stdout: 'hub\n' });
    await other.down();
    expect(traces(other.id, namespaces)).toEqual([]);
    expect(await ssh(twin, '203.0.113.1')).toMatchObject({ stdout: 'hub\n' });
  });

  it('leaves nothing behind when it is taken down', async () => {
    const namespaces = namespacesOf(twin.id);
    expect(namespaces).toHaveLength(7 + 6 + 2 + 2);
    await Promise.all([twin.down(), twin.down()]);
    expect(traces(twin.id, namespaces)).toEqual([]);
  });
});

describe('a run that ends early', () => {
  it('is taken down when it is interrupted, at any moment', async () => {
    for (const delayMs of [0, 30, 80, 150, 250]) {
      const seen: string[] = [];
      const controller = new AbortController();
      const interrupted = up(example('two-clusters'), {
        signal: controller.signal,
        progress: { step: (line) => void seen.push(line) },
      });
      setTimeout(() => controller.abort(), delayMs);
      await expect(interrupted).rejects.toMatchObject({ fault: { code: 'deploy/interrupted' } });
      const id = seen.map((line) => /^(kt[a-z0-9]+):/.exec(line)?.[1]).find(Boolean);
      expect(id ? traces(id, []) : []).toEqual([]);
    }
    expect(await clearLeftovers()).toEqual([]);
  });

  it('is cleared by the next run when it was killed, and not before', async () => {
    const file = join(folder, 'victim.mjs');
    const bundle = await rolldown({
      input: join(import.meta.dirname, 'twin-victim.ts'),
      platform: 'node',
      moduleTypes: { '.sh': 'text' },
      logLevel: 'silent',
      transform: { define: { 'import.meta.dirname': JSON.stringify(import.meta.dirname) } },
    });
    await bundle.write({ file, format: 'esm', codeSplitting: false });
    const victim = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const id = String((await once(victim.stdout, 'data'))[0]).trim();
    const namespaces = namespacesOf(id);
    expect(await clearLeftovers()).toEqual([]);
    expect(traces(id, namespaces).filter((trace) => trace.startsWith('process'))).not.toEqual([]);

    victim.kill('SIGKILL');
    await once(victim, 'exit');
    const next = await up(topologyOf(SMALL));
    // The kernel gives the numbers of what is gone to what comes next.
    const renewed = namespacesOf(next.id);
    const gone = namespaces.filter((name) => !renewed.includes(name));
    expect(traces(id, gone)).toEqual([]);
    await next.down();
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

const SMALL = `
version: 1
name: small
wireguard: { subnet: 10.99.0.0/24 }
hub: { endpoint: hub.example.org, tunnel: 10.99.0.1 }
clusters:
  one: { subnet: 10.1.0.0/24, nodes: { a: { address: 10.1.0.10, tunnel: 10.99.0.10 } } }
`;

/** Prints who answered, and whom it took us for. */
function ask(address: string, port: number): string[] {
  return ['bash', '-c', 'exec 3<>/dev/tcp/$0/$1 && cat <&3', address, String(port)];
}

function connect(address: string, port: number): string[] {
  return ['timeout', '0.7', 'bash', '-c', 'exec 3<>/dev/tcp/$0/$1', address, String(port)];
}

/** Asks the host at an address for its name, with OpenSSH, trusting the keys file only. */
function ssh(twin: TwinNetwork, address: string) {
  const key = /hub: .*ssh: \["([^"]+)"\]/.exec(twin.keysFile)![1]!;
  const known = join(folder, 'known_hosts');
  writeFileSync(known, `${address} ${key}\n`);
  const options = [
    '-F',
    'none',
    '-o',
    `UserKnownHostsFile=${known}`,
    '-o',
    'BatchMode=yes',
    '-i',
    join(folder, 'key'),
  ];
  return run([...twin.asDeployer, 'ssh', ...options, `root@${address}`, 'hostname']);
}
