import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Hosts, Route } from '../../src/app/ports.ts';
import { parseHostName } from '../../src/core/model/name.ts';
import { sshHosts } from '../../src/adapters/ssh/hosts.ts';
import { ask, faultOf } from './asking.ts';
import { CONTRACT_SCRIPT } from './hosts.contract.ts';
import { Relay } from './relay.ts';
import { Unanswered } from './unanswered.ts';
import { freePort, routeTo, Servers, type Server } from './ssh-servers.ts';

const servers = new Servers();
let hub: Server;
let site: Server;
let hosts: Hosts;

beforeAll(async () => {
  // Debian's defaults for MaxStartups and MaxSessions, where every target shares them.
  [hub, site] = [await servers.start(), await servers.start()];
});
afterEach(async () => hosts.close());
afterAll(async () => servers.stop());

function dialler(
  options: { readonly connectTimeoutMs?: number; readonly perJumpHandshakes?: number } = {},
): Hosts {
  const identity = { keys: [{ text: servers.privateKey(), source: 'test' }] };
  hosts = sshHosts({ identity, script: CONTRACT_SCRIPT, ...options });
  return hosts;
}

const named = (name: string) => ({ host: parseHostName(name)! });

function targets(count: number, via: Route): Route[] {
  return Array.from({ length: count }, (_, index) => routeTo(site, { ...named(`cluster1/w${index}`), via }));
}

const logins = (server: Server) => server.log().split('Accepted publickey').length - 1;
const turnedAway = (server: Server) => /MaxStartups|drop connection|beginning/.test(server.log());

describe('behind one jump host', () => {
  test('thirty hosts share one connection to it and stay within the default limits', async () => {
    dialler();
    const [before, there] = [logins(hub), logins(site)];
    const answers = await Promise.all(
      targets(30, routeTo(hub)).map((route) => ask(hosts, route, 'echo', { args: [route.host] })),
    );
    expect(answers.map(({ stdout }) => stdout)).toEqual(answers.map((_, index) => `cluster1/w${index}\n`));
    await vi.waitFor(() => expect(logins(site) - there).toBe(30));
    expect(logins(hub) - before).toBe(1);
    expect(turnedAway(site)).toBe(false);
  });

  test('thirty open sessions are not more than sshd lets through', async () => {
    dialler();
    const sessions = await Promise.all(targets(30, routeTo(hub)).map((route) => hosts.open(route)));
    const call = { verb: 'echo', args: [], payload: '', timeoutMs: 10_000 };
    const answers = await Promise.all(sessions.map((session) => session.call(call)));
    expect(answers.every(({ exitCode }) => exitCode === 0)).toBe(true);
  });

  test('its own session is lent, and stays while others go through it', async () => {
    dialler();
    const before = logins(hub);
    const session = await hosts.open(routeTo(hub));
    const [inner] = await Promise.all(targets(1, routeTo(hub)).map((route) => hosts.open(route)));
    session.close();
    const answer = await inner!.call({ verb: 'echo', args: ['still'], payload: '', timeoutMs: 10_000 });
    expect(answer.stdout).toBe('still\n');
    expect(logins(hub) - before).toBe(1);
    await hosts.open(routeTo(hub));
    expect(logins(hub) - before).toBe(2);
  });

  test('hosts that were turned away in the rush come in by trying again', async () => {
    const narrow = await servers.start({ config: ['MaxStartups 2:100:2'] });
    dialler();
    const routes = targets(8, routeTo(hub)).map((route) => ({
      ...route,
      ...routeTo(narrow),
      host: route.host,
      via: routeTo(hub),
    }));
    const answers = await Promise.all(routes.map((route) => ask(hosts, route, 'echo')));
    expect(answers.every(({ exitCode }) => exitCode === 0)).toBe(true);
    expect(turnedAway(narrow)).toBe(true);
  });

  test('a host that takes connections and says nothing is given up in time', async () => {
    const relay = await Relay.before(site.port);
    relay.mute = true;
    dialler({ perJumpHandshakes: 1, connectTimeoutMs: 700 });
    const via = routeTo(hub);
    const dead = faultOf(hosts.open(routeTo(site, { ...named('cluster1/dead'), port: relay.port, via })));
    const answer = await ask(hosts, targets(1, via)[0]!, 'echo');
    expect(answer.exitCode).toBe(0);
    expect((await dead).code).toBe('ssh/timeout');
    await relay.stop();
  });

  test('a host that does not answer at all does not hold up the others', async () => {
    const dead = await Unanswered.start();
    dialler({ perJumpHandshakes: 1, connectTimeoutMs: 6_000 });
    const via = routeTo(hub);
    const waiting = faultOf(hosts.open(routeTo(site, { ...named('cluster1/dead'), port: dead.port, via })));
    const start = performance.now();
    expect((await ask(hosts, targets(1, via)[0]!, 'echo')).exitCode).toBe(0);
    expect(performance.now() - start).toBeLessThan(3_000);
    await hosts.close();
    expect((await waiting).code).toBe('deploy/interrupted');
    dead.stop();
  });

  test('two jumps in a row reach the host behind them', async () => {
    dialler();
    const router = routeTo(site, { ...named('cluster1/router'), via: routeTo(hub) });
    const answer = await ask(hosts, routeTo(hub, { ...named('cluster1/node'), via: router }), 'echo', {
      args: ['far'],
    });
    expect(answer.stdout).toBe('far\n');
  });
});

describe('a way that is not there', () => {
  test('nobody listens behind the jump host', async () => {
    const route = routeTo(site, { ...named('cluster1/node'), port: await freePort(), via: routeTo(hub) });
    const fault = await faultOf(dialler().open(route));
    expect(fault).toMatchObject({ code: 'ssh/unreachable', host: 'cluster1/node' });
    expect(fault.cause).toContain('from hub');
  });

  test('the jump host does not forward', async () => {
    const strict = await servers.start({ config: ['AllowTcpForwarding no'] });
    const fault = await faultOf(dialler().open(routeTo(site, { ...named('c/n'), via: routeTo(strict) })));
    expect(fault).toMatchObject({ code: 'ssh/jump-failed', host: 'c/n' });
    expect(fault.hint).toContain('AllowTcpForwarding');
  });

  test('the jump host cannot be trusted: said for it, once dialled', async () => {
    const impostor = routeTo(hub, { hostKeys: [...site.keys.values()] });
    dialler();
    const faults = await Promise.all(targets(5, impostor).map((route) => faultOf(hosts.open(route))));
    for (const fault of faults) {
      expect(fault).toMatchObject({ code: 'ssh/jump-failed' });
      expect(fault.cause).toMatch(/hub.*pinned is/);
    }
  });

  test('the connection to the jump host was cut: the next host gets a new one', async () => {
    const relay = await Relay.before(hub.port);
    const via = routeTo(hub, { port: relay.port });
    dialler();
    const [session] = await Promise.all(targets(1, via).map((route) => hosts.open(route)));
    relay.cut();
    const call = { verb: 'echo', args: [], payload: '', timeoutMs: 10_000 };
    expect((await faultOf(session!.call(call))).code).toBe('ssh/connection-lost');
    expect((await ask(hosts, targets(1, via)[0]!, 'echo')).exitCode).toBe(0);
    expect(relay.connections).toBe(2);
    await hosts.close();
    await relay.stop();
  });
});
