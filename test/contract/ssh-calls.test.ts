import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Call, Hosts, Session } from '../../src/app/ports.ts';
import { sshHosts } from '../../src/adapters/ssh/hosts.ts';
import { ask, faultOf } from './asking.ts';
import { CONTRACT_SCRIPT } from './hosts.contract.ts';
import { Relay } from './relay.ts';
import { routeTo, Servers, type Server } from './ssh-servers.ts';

const servers = new Servers();
let server: Server;
let hosts: Hosts;
let relay: Relay;

beforeAll(async () => {
  server = await servers.start();
  hosts = dialler();
});
afterEach(async () => relay?.stop());
afterAll(async () => {
  await hosts.close();
  await servers.stop();
});

function dialler(connectTimeoutMs = 10_000): Hosts {
  const identity = { keys: [{ text: servers.privateKey(), source: 'test' }] };
  return sshHosts({ identity, script: CONTRACT_SCRIPT, connectTimeoutMs });
}

async function openThroughRelay(): Promise<Session> {
  relay = await Relay.before(server.port);
  return hosts.open(routeTo(server, { port: relay.port }));
}

const hang: Call = { verb: 'hang', args: [], payload: '', timeoutMs: 4_000 };

describe('a call', () => {
  test('carries a payload of 2 MB and its answer, characters that chunks share included', async () => {
    const payload = '漢字🦊é\0\r\n'.repeat(120_000);
    const answer = await ask(hosts, routeTo(server), 'echo', { payload });
    expect(answer.stdout === `\n${payload}`).toBe(true);
  });

  test('keeps the end of a long complaint', async () => {
    const script = `for i in $(seq 5000); do echo "complaint $i" >&2; done`;
    const identity = { keys: [{ text: servers.privateKey(), source: 'test' }] };
    const loud = sshHosts({ identity, script });
    const { stderr } = await ask(loud, routeTo(server), 'snapshot');
    await loud.close();
    expect(stderr.length).toBe(8192);
    expect(stderr.endsWith('complaint 5000\n')).toBe(true);
  });

  test('whose connection is cut has no answer, and says that it may have run', async () => {
    const session = await openThroughRelay();
    const calling = faultOf(session.call(hang));
    await relayed(200);
    relay.cut();
    const fault = await calling;
    expect(fault).toMatchObject({ code: 'ssh/connection-lost', step: 'hang', command: 'kuiil-host hang' });
    expect(fault.stateNow).toContain('may still be running');
    expect((await faultOf(session.call(hang))).code).toBe('ssh/connection-lost');
  });

  test('whose sshd is killed has no answer', async () => {
    const session = await hosts.open(routeTo(server));
    const calling = faultOf(session.call(hang));
    for (const pid of children(server.process.pid!)) process.kill(pid, 'SIGKILL');
    expect((await calling).code).toBe('ssh/connection-lost');
  });

  test('on a network that swallows everything ends in time, with what was said until then', async () => {
    const session = await openThroughRelay();
    await session.call({ ...hang, verb: 'echo' });
    relay.swallow();
    const fault = await faultOf(session.call({ ...hang, timeoutMs: 300 }));
    expect(fault.code).toBe('ssh/timeout');
  });

  test('of a shape that the host script does not know is our bug', async () => {
    const session = await hosts.open(routeTo(server));
    await expect(session.call({ ...hang, args: ['a;b'] })).rejects.toThrow('not an argument');
    session.close();
  });
});

describe('connecting', () => {
  test('tries again when the host turns connections away, and opens none without need', async () => {
    relay = await Relay.before(server.port);
    relay.turnAway = 2;
    const answer = await ask(hosts, routeTo(server, { port: relay.port }), 'echo');
    expect(answer.exitCode).toBe(0);
    expect(relay.connections).toBe(3);
  });

  test('gives up after a few tries', async () => {
    relay = await Relay.before(server.port);
    relay.turnAway = 100;
    const fault = await faultOf(hosts.open(routeTo(server, { port: relay.port })));
    expect(fault).toMatchObject({ code: 'ssh/unreachable' });
    expect(fault.hint).toContain('MaxStartups');
    expect(relay.connections).toBe(5);
  });

  test('to something that never speaks ends in time', async () => {
    relay = await Relay.before(server.port);
    relay.mute = true;
    const patient = dialler(300);
    const fault = await faultOf(patient.open(routeTo(server, { port: relay.port })));
    expect(fault).toMatchObject({
      code: 'ssh/timeout',
      stateNow: 'nothing was run on it over this connection',
    });
    await patient.close();
  });

  test('to a name that nobody knows says so', async () => {
    const fault = await faultOf(hosts.open(routeTo(server, { address: 'no-such-host.invalid' })));
    expect(fault.code).toBe('ssh/unreachable');
    expect(fault.cause).toContain('no-such-host.invalid');
  });
});

describe('closing', () => {
  test('is quick, and ends what is under way', async () => {
    relay = await Relay.before(server.port);
    relay.mute = true;
    const own = dialler();
    await ask(own, routeTo(server), 'echo');
    const idle = await own.open(routeTo(server));
    const opening = faultOf(own.open(routeTo(server, { port: relay.port })));
    const calling = faultOf(idle.call(hang));
    await relayed(10);
    const start = performance.now();
    await own.close();
    expect(performance.now() - start).toBeLessThan(400);
    expect((await opening).code).toBe('deploy/interrupted');
    expect((await calling).code).toBe('ssh/connection-lost');
    expect((await faultOf(own.open(routeTo(server)))).code).toBe('deploy/interrupted');
  });

  test('leaves no socket and no timer that would keep a process alive', async () => {
    relay = await Relay.before(server.port);
    relay.mute = true;
    const routes = [routeTo(server), routeTo(server, { port: relay.port })].map((each) =>
      JSON.stringify(each),
    );
    const argv = ['scripts/run-ts.mjs', 'test/contract/closing-process.ts', ...routes];
    const child = spawn(process.execPath, [...argv, servers.privateKey(), CONTRACT_SCRIPT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const [said] = await once(child.stdout, 'data');
    const start = performance.now();
    expect(String(said)).toBe('closed, fault fault\n');
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

function children(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

/** Until the relay has got so many more bytes from us. */
async function relayed(bytes: number): Promise<void> {
  const goal = relay.received + bytes;
  await vi.waitFor(() => expect(relay.received).toBeGreaterThanOrEqual(goal), { interval: 5 });
}
