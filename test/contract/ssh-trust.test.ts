import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hosts, Route } from '../../src/app/ports.ts';
import type { Fault } from '../../src/core/model/fault.ts';
import { sshHosts } from '../../src/adapters/ssh/hosts.ts';
import { findIdentity, type Identity } from '../../src/adapters/ssh/identity.ts';
import { ask, faultOf } from './asking.ts';
import { CONTRACT_SCRIPT } from './hosts.contract.ts';
import { routeTo, Servers, type Server } from './ssh-servers.ts';

const servers = new Servers();
const opened: Hosts[] = [];
const seen: Fault[] = [];
let every: Server;

beforeAll(async () => {
  every = await servers.start({ hostKeys: ['ed25519', 'ecdsa', 'rsa'] });
});
afterAll(async () => {
  await Promise.all(opened.map((hosts) => hosts.close()));
  await servers.stop();
});

function as(identity: Identity): Hosts {
  const hosts = sshHosts({ identity, script: CONTRACT_SCRIPT });
  opened.push(hosts);
  return hosts;
}

const withKey = (text: string): Identity => ({ keys: [{ text, source: 'KUIIL_SSH_KEY' }] });
const deployer = (): Hosts => as(withKey(servers.privateKey()));

async function refusal(hosts: Hosts, route: Route): Promise<Fault> {
  const fault = await faultOf(hosts.open(route));
  seen.push(fault);
  return fault;
}

describe('a host key', () => {
  test.each(['ed25519', 'ecdsa', 'rsa'] as const)(
    'of type %s is enough when it alone is pinned',
    async (type) => {
      const answer = await ask(deployer(), routeTo(every, { hostKeys: [every.keys.get(type)!] }), 'echo');
      expect(answer.exitCode).toBe(0);
    },
  );

  test('that changed is refused with both fingerprints, and nothing is sent', async () => {
    const changed = await servers.start();
    const pinned = every.keys.get('ed25519')!;
    const fault = await refusal(deployer(), routeTo(changed, { hostKeys: [pinned] }));
    expect(fault.code).toBe('ssh/host-key-changed');
    for (const id of [0, 1]) {
      const file = join(servers.folder, `host-${id}-ed25519.pub`);
      expect(fault.cause).toContain(fingerprint(file));
    }
    expect(changed.log()).not.toContain('Accepted');
  });

  test('of a type that the host does not have is refused', async () => {
    const other = await servers.start({ hostKeys: ['ecdsa'] });
    const fault = await refusal(deployer(), routeTo(other, { hostKeys: [every.keys.get('rsa')!] }));
    expect(fault.code).toBe('ssh/host-key-changed');
    expect(fault.cause).toContain('ssh-rsa');
  });

  test('is never learned: with none pinned nothing is trusted', async () => {
    const fault = await refusal(deployer(), routeTo(every, { hostKeys: [] }));
    expect(fault.code).toBe('ssh/host-key-unknown');
  });
});

describe('an identity', () => {
  test('that the host does not know: says user, keys and methods', async () => {
    const fault = await refusal(as(withKey(servers.privateKey('stranger', 'ecdsa'))), routeTo(every));
    expect(fault.code).toBe('ssh/authentication');
    expect(fault.cause).toMatch(/`root` in; offered was ecdsa-sha2-nistp256 SHA256:/);
    expect(fault.hint).toContain('authorized_keys');
  });

  test.each(['rsa', 'ecdsa'] as const)('of type %s logs in', async (type) => {
    const text = servers.privateKey(`known-${type}`, type);
    const server = await servers.start({ authorized: [`known-${type}`] });
    expect((await ask(as(withKey(text)), routeTo(server), 'echo')).exitCode).toBe(0);
  });

  test('works as a secret that lost its last newline or got CRLF', async () => {
    const text = servers.privateKey();
    for (const bent of [text.trim(), text.replaceAll('\n', '\r\n'), `\n${text}\n`]) {
      expect((await ask(as(withKey(bent)), routeTo(every), 'echo')).exitCode).toBe(0);
    }
  });

  test('with a passphrase opens with it, and with nothing else', async () => {
    const text = servers.privateKey('locked', 'ed25519', 'open sesame');
    const server = await servers.start({ authorized: ['locked'] });
    const key = { text, source: 'KUIIL_SSH_KEY' };
    const hosts = as({ keys: [{ ...key, passphrase: 'open sesame' }] });
    expect((await ask(hosts, routeTo(server), 'echo')).exitCode).toBe(0);
    for (const wrong of [key, { ...key, passphrase: 'sesame' }]) {
      expect(await noIdentity(() => as({ keys: [wrong] }))).toContain('passphrase');
    }
  });

  test('that is no private key is refused without showing it', async () => {
    expect(await noIdentity(() => as(withKey('nonsense')))).toContain('is not a private key');
    expect(await noIdentity(() => as(withKey(servers.publicKey())))).toContain('public key');
  });

  test('comes from a file, the environment or the agent, in this order', async () => {
    const file = join(servers.folder, 'user-deployer');
    const environment = { KUIIL_SSH_KEY: 'text', SSH_AUTH_SOCK: '/agent' };
    expect((await findIdentity({ file, environment })).keys[0]?.text).toBe(servers.privateKey());
    expect((await findIdentity({ environment })).keys[0]?.text).toBe('text');
    expect(await findIdentity({ environment: { SSH_AUTH_SOCK: '/agent' } })).toEqual({
      keys: [],
      agent: '/agent',
    });
    expect((await faultOf(findIdentity({ environment: {} }))).code).toBe('ssh/no-identity');
    expect((await faultOf(findIdentity({ file: '/no/such', environment }))).cause).toContain('ENOENT');
  });

  test('may be in an agent', async () => {
    const socket = join(servers.folder, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => agent.stdout.once('data', resolve));
    const hosts = as({ keys: [], agent: socket });
    expect((await refusal(hosts, routeTo(every))).cause).toContain('the agent has none');
    servers.privateKey();
    execFileSync('ssh-add', ['-q', join(servers.folder, 'user-deployer')], {
      env: { SSH_AUTH_SOCK: socket },
    });
    expect((await ask(hosts, routeTo(every), 'echo')).exitCode).toBe(0);
    agent.kill();
    expect((await refusal(as({ keys: [], agent: '/no/agent' }), routeTo(every))).code).toBe(
      'ssh/authentication',
    );
  });
});

test('no message holds any part of a private key', () => {
  expect(seen.length).toBeGreaterThan(5);
  const messages = JSON.stringify(seen);
  for (const name of ['deployer', 'stranger', 'locked']) {
    const lines = servers.privateKey(name).split('\n').slice(1, -2);
    for (const line of lines) expect(messages).not.toContain(line.slice(0, 20));
  }
});

async function noIdentity(use: () => unknown): Promise<string> {
  const fault = await faultOf(Promise.resolve().then(use));
  seen.push(fault);
  expect(fault.code).toBe('ssh/no-identity');
  return fault.cause;
}

function fingerprint(file: string): string {
  return execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).split(' ')[1]!;
}
