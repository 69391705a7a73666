import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import type { HostName } from '../../src/core/model/name.ts';
import { Admin } from './admin.ts';
import { TINY as TOPOLOGY } from './tiny.ts';
import { Thief } from './thief.ts';
import { topologyOf, up } from './twin-example.ts';

const HOSTS = ['hub', 'a/m', 'a/n', 'b/m'] as const;

let twin: TwinNetwork;
let admin: Admin;

beforeAll(async () => {
  twin = await up(topologyOf(TOPOLOGY));
  admin = new Admin(twin, TOPOLOGY);
});

afterAll(async () => {
  admin?.end();
  await twin?.down();
});

const on = async (host: string, command: string) =>
  (await twin.exec(host as HostName, ['bash', '-c', command])).stdout;

describe('enrolling hosts by one’s own ssh', () => {
  it('writes nothing anywhere when nobody confirms', async () => {
    const before = await on('hub', 'sha256sum ~/.ssh/authorized_keys; ls /usr/local/sbin');
    const { exitCode, stderr } = await admin.kuiil('deployer', 'enrol', 'hub');
    expect({ exitCode, asked: stderr.includes('--yes') }).toEqual({ exitCode: 2, asked: true });
    expect(await on('hub', 'sha256sum ~/.ssh/authorized_keys; ls /usr/local/sbin')).toBe(before);
  });

  it('says what a host lacks, all of it and how to get it, and lets the others in', async () => {
    await on('a/n', 'mv /usr/bin/flock /usr/bin/flock.away');
    const { exitCode, stdout } = await admin.kuiil(
      'site.a',
      'enrol',
      'a/m',
      'a/n',
      '--yes',
      '--format',
      'json',
    );
    await on('a/n', 'mv /usr/bin/flock.away /usr/bin/flock');
    const document = JSON.parse(stdout);
    expect(exitCode).toBe(4);
    expect(document.hosts['a/m'].state).toBe('new');
    expect(document.hosts['a/n'].fault).toMatchObject({
      code: 'host/preflight',
      cause: 'it lacks flock',
      hint: 'apt-get install util-linux',
    });
  });

  it('reads every key, from wherever a host can be reached', async () => {
    for (const [seat, ...hosts] of [
      ['deployer', 'hub'],
      ['site.a', 'a/m', 'a/n'],
    ] as const) {
      const { exitCode, stdout, stderr } = await admin.kuiil(seat, 'enrol', ...hosts, '--yes');
      expect(exitCode, stdout + stderr).toBe(0);
    }
    const plain = (line: string) => line.replaceAll(/['"]/g, '').replaceAll(/\s+/g, ' ');
    const lines = (text: string) =>
      text
        .split('\n')
        .filter((line) => /^(?:hub|a\/)/.test(line))
        .map(plain);
    expect(lines(admin.read('topology.keys.yaml'))).toEqual(lines(twin.keysFile));
  });

  it('takes no other key for a host in passing', async () => {
    await on(
      'hub',
      'cp /etc/ssh/ssh_host_ed25519_key.pub /root/kept; echo "$(</root/.ssh/authorized_keys)" | cut -d" " -f1,2 | head -1 >/etc/ssh/ssh_host_ed25519_key.pub',
    );
    const before = admin.read('topology.keys.yaml');
    const { exitCode, stdout } = await admin.kuiil('deployer', 'enrol', 'hub', '--yes', '--format', 'json');
    await on('hub', 'mv /root/kept /etc/ssh/ssh_host_ed25519_key.pub');
    expect({ exitCode, code: JSON.parse(stdout).hosts.hub.fault.code }).toEqual({
      exitCode: 4,
      code: 'ssh/host-key-changed',
    });
    expect(admin.read('topology.keys.yaml')).toBe(before);
  });

  it('prints a script for a host that it cannot reach, and takes the line that it ends with', async () => {
    const nothing = 'wg-quick down wg0; rm -f /etc/wireguard/*; rm -rf ~/.ssh';
    await on('b/m', nothing);
    const state =
      'ls -A /etc/wireguard /usr/local/sbin /var/lib/kuiil 2>/dev/null; cat ~/.ssh/* 2>/dev/null; ip -o link | grep -c wg0; iptables-save | grep -c kuiil';
    const before = await on('b/m', state);
    const { stdout: script } = await admin.kuiil('deployer', 'bootstrap', 'b/m');
    const bash = async (...argv: readonly string[]) =>
      twin.exec('b/m' as HostName, ['bash', '-s', '--', ...argv], { stdin: script });
    const first = await bash();
    expect(first.exitCode, first.stderr).toBe(0);
    const again = await bash();
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).not.toContain('+ ');
    const line = first.stdout.trim();
    const broken = await admin.kuiil(
      'deployer',
      'enrol',
      'add',
      line.replace('ssh-ed25519 A', 'ssh-ed25519 B'),
      '--yes',
    );
    expect(broken.exitCode).toBe(2);
    const { exitCode, stderr } = await admin.kuiil('deployer', 'enrol', 'add', ...line.split(' '), '--yes');
    expect(exitCode, stderr).toBe(0);
    const undone = await bash('--undo');
    expect(undone.exitCode, undone.stderr).toBe(0);
    expect(await on('b/m', state)).toBe(before);
    const anew = (await bash()).stdout.trim().split(' ');
    const replaced = await admin.kuiil('deployer', 'enrol', 'add', ...anew, '--yes', '--replace', 'b/m');
    expect(replaced.exitCode, replaced.stderr).toBe(0);
  });

  it('puts nothing private anywhere but on the admin’s own disk', async () => {
    const text = admin.read('topology.keys.yaml');
    for (const host of ['hub', 'a/m', 'b/m']) {
      const secret = (await on(host, 'cat /etc/wireguard/wg0.key')).trim();
      expect(secret).toHaveLength(44);
      expect(text.includes(secret)).toBe(false);
    }
    expect(readFileSync(admin.file('config/kuiil/tiny/deploy'), 'utf8')).toContain('PRIVATE KEY');
  });
});

describe('the deployer’s keys', () => {
  const key = (role: string) => admin.file(`config/kuiil/tiny/${role}`);

  it('deploy, through both jumps', async () => {
    // From now on nobody else may log in.
    for (const host of HOSTS) await on(host, "sed -i '/ kuiil-/!d' ~/.ssh/authorized_keys");
    const { exitCode, stdout, stderr } = await admin.kuiil(
      'deployer',
      'deploy',
      '--identity',
      key('deploy'),
      '--format',
      'json',
    );
    const document = JSON.parse(stdout);
    expect(document.faults, stderr).toEqual([]);
    expect({ exitCode, outcome: document.outcome }).toEqual({ exitCode: 0, outcome: 'confirmed' });
    expect((await twin.probeAll()).filter((probe) => !probe.reachable)).toEqual([]);
  });

  it('show every host in sync, the drift key as well', async () => {
    for (const role of ['deploy', 'drift']) {
      const { exitCode, stdout } = await admin.kuiil('deployer', 'status', '--identity', key(role));
      expect(exitCode, stdout).toBe(0);
      expect(stdout.match(/in sync/g)).toHaveLength(HOSTS.length);
    }
  });

  const named = (host: string) => (host === 'hub' ? host : `a/${host}`);
  beforeAll(async () => {
    // As Debian has it.
    const offer =
      'echo "Subsystem sftp /usr/lib/openssh/sftp-server" >>/etc/ssh/sshd_config; kill -HUP "$(</run/sshd.pid)"';
    for (const host of HOSTS) await on(host, offer);
  });
  const untouched = 'sha256sum ~/.ssh/authorized_keys /usr/local/sbin/kuiil-host';

  it.each(['hub', 'm', 'n'])('open no shell, no file transfer and nothing else on %s', async (host) => {
    const thief = new Thief(admin, key('deploy'));
    const before = await on(named(host), untouched);
    const nothing = [
      [host],
      ['-tt', host],
      [host, 'id'],
      ['-s', host, 'sftp'],
      [host, 'scp -t /tmp'],
      [host, 'kuiil-host snapshot wg0; id'],
      [host, 'kuiil-host snapshot wg0\nid'],
      [host, 'kuiil-host snapshot $(id)'],
      [host, "bash --norc -c 'id; read -rN 0 ' id"],
      [host, "bash --norc -c ' -rN 0 ' kuiil-host snapshot 'wg0;id'"],
      [host, 'kuiil-host'],
    ];
    for (const argv of nothing) {
      const { stdout, exitCode } = await thief.ssh(...argv);
      expect({ argv, exitCode, stdout }).toEqual({ argv, exitCode: 1, stdout: '' });
    }
    for (const call of [
      'pin',
      'unpin',
      'enrol wg0 plain alone',
      'detached /tmp snapshot',
      'undo x',
      'gate deploy',
    ]) {
      const { stdout, exitCode } = await thief.ssh(host, `kuiil-host ${call}`);
      expect({ call, exitCode, end: /= end \d/.exec(stdout)?.[0] }).toEqual({
        call,
        exitCode: 4,
        end: '= end 4',
      });
    }
    expect(await on(named(host), untouched)).toBe(before);
  });

  it('forward to the hosts behind, and to no other port, neither way', async () => {
    const thief = new Thief(admin, key('deploy'));
    const open = await Promise.all([
      thief.reaches('hub', '192.168.99.10:22'),
      thief.reaches('m', '192.168.100.101:22'),
    ]);
    expect(open).toEqual([true, true]);
    const closed = [
      ['hub', '127.0.0.1:22'],
      ['hub', '192.168.99.1:22'],
      ['hub', '203.0.113.1:22'],
      ['m', '192.168.100.100:22'],
      ['n', '127.0.0.1:22'],
    ] as const;
    for (const [via, target] of closed) {
      expect({ via, target, open: await thief.reaches(via, target) }).toEqual({ via, target, open: false });
    }
    for (const host of ['hub', 'm', 'n'])
      expect(await thief.listen(host)).toContain('remote port forwarding failed');
  });

  it.each(['hub', 'm', 'n'])('for drift take snapshots, and nothing more, on %s', async (host) => {
    const thief = new Thief(admin, key('drift'));
    const { stdout } = await thief.ssh(host, 'kuiil-host snapshot wg0');
    expect(stdout.startsWith('kuiil 2 snapshot\n')).toBe(true);
    expect(stdout.endsWith('= end 0\n')).toBe(true);
    const digest = '0'.repeat(64);
    const changing = [
      `stage ${digest}`,
      `activate t ${digest} 60 whole`,
      `confirm t ${digest} 0 keep`,
      'revert t',
      'remove -',
      'tick',
      'probe wg0',
      'rotate wg0',
    ];
    for (const call of changing) {
      expect({ call, exitCode: (await thief.ssh(host, `kuiil-host ${call}`)).exitCode }).toEqual({
        call,
        exitCode: 4,
      });
    }
  });
});

describe('a helper that an earlier Kuiil pinned', () => {
  it('is named with what renews it, and is renewed by that', async () => {
    await on('hub', `sed -i '1i ${admin.publicKey()}' ~/.ssh/authorized_keys`);
    await on('hub', "sed -i 's/kuiil 2 %s/kuiil 1 %s/' /usr/local/sbin/kuiil-host");
    const look = () =>
      admin.kuiil(
        'deployer',
        'drift',
        '--identity',
        admin.file('config/kuiil/tiny/drift'),
        '--format',
        'json',
      );
    const told = JSON.parse((await look()).stdout).unreachable.hub;
    expect(told).toMatchObject({ code: 'host/protocol-version', hint: 'renew its helper: kuiil enrol hub' });
    const { exitCode, stdout, stderr } = await admin.kuiil('deployer', 'enrol', 'hub', '--yes');
    expect(exitCode, stdout + stderr).toBe(0);
    expect(await on('hub', "grep -c 'kuiil 2 %s' /usr/local/sbin/kuiil-host")).not.toBe('0\n');
    expect(JSON.parse((await look()).stdout).unreachable).toEqual({});
  });
});

describe('new keys for the deployer', () => {
  it('let nobody out before the old ones are gone, and then the old ones not in', async () => {
    const before = admin.read('config/kuiil/tiny/deploy');
    const enter = `sed -i '1i ${admin.publicKey()}' ~/.ssh/authorized_keys`;
    for (const host of HOSTS) await on(host, enter);
    const way = ['--as', 'a/m=m', '--as', 'a/n=n', '--as', 'b/m=far'];
    const login = async (file: string) =>
      (await admin.kuiil('deployer', 'status', '--identity', admin.file(`config/kuiil/tiny/${file}`)))
        .exitCode;
    expect((await admin.kuiil('deployer', 'enrol', '--rotate-deployer', ...way)).exitCode).toBe(0);
    expect(await Promise.all(['deploy', 'drift', 'deploy.next', 'drift.next'].map(login))).toEqual([
      0, 0, 0, 0,
    ]);
    expect((await admin.kuiil('deployer', 'enrol', '--rotate-deployer', '--finish', ...way)).exitCode).toBe(
      0,
    );
    expect(await Promise.all(['deploy', 'drift'].map(login))).toEqual([0, 0]);
    writeFileSync(admin.file('config/kuiil/tiny/old'), before, { mode: 0o600 });
    expect(await login('old')).toBe(4);
  });
});
