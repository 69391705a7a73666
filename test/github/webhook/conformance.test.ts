import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { APP_PERMISSIONS } from '../../../src/app/github-app/manifest.ts';
import { keepEvidence, keepSecret } from '../../evidence.ts';
import { Scene, GROWN } from '../action/scene.ts';
import { findOperation } from '../description.ts';
import type { Json } from '../emulator.ts';
import type { GitHubEvent } from '../events.ts';
import { Person, type Pull } from '../person.ts';
import { isCovered } from '../tokens.ts';
import { delivery, OLD_SECRET, SECRET, sign, type Sent } from './deliveries.ts';
import { PLATFORMS, type Platform } from './platforms.ts';

const BOT = 'kuiil-app[bot]';
const WITHIN = { timeout: 15_000, interval: 100 };
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** GitHub with the App installed, and the webhook in front of it. */
async function open(start: (typeof PLATFORMS)[number][1]) {
  const workflow = readFileSync('examples/workflows/kuiil.yml', 'utf8');
  const scene = await Scene.open({ '.github/workflows/kuiil.yml': workflow });
  const { tokens, url } = scene.github;
  const permissions = Object.fromEntries(
    Object.entries(APP_PERMISSIONS).map(([name, access]) => [name.replaceAll('_', '-'), access]),
  );
  tokens.apps.push({ id: 901, slug: 'kuiil-app', publicKey, permissions, installation: 1 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  keepSecret(pem);
  for (const secret of [SECRET, OLD_SECRET]) keepSecret(secret.replaceAll(' ', '-'));
  const platform = await start({
    KUIIL_WEBHOOK_SECRETS: [SECRET, OLD_SECRET].map((each) => each.replaceAll(' ', '-')).join(','),
    KUIIL_REPOSITORIES: 'Olga/Net',
    KUIIL_INSTALLATIONS: '2, 1',
    KUIIL_APP_ID: '901',
    KUIIL_APP_PRIVATE_KEY: pem,
    KUIIL_GITHUB_API: url,
  });
  return { scene, platform };
}

describe.each(PLATFORMS)('the webhook on %s', (name, start) => {
  let scene: Scene;
  let platform: Platform;
  let wendy: Person;
  let pull: Pull;
  /** Of somebody who sends a byte now and then, from the beginning of these tests. */
  let slow: Promise<string>;
  beforeAll(async () => {
    ({ scene, platform } = await open(start));
    wendy = scene.wendy;
    slow = drip(platform);
    pull = await wendy.openPull('grown', { 'topology.yaml': GROWN });
  }, 60_000);
  afterAll(async () => {
    await platform?.stop();
    keepEvidence(`webhook-${name}`, platform?.log() ?? '');
    await scene?.github.close();
  });

  const installed = (payload: Json) => ({ ...payload, installation: { id: 1 } });
  const deliver = (event: GitHubEvent, changes: Readonly<Record<string, string>> = {}) =>
    send(platform, delivery(event.name, installed(event.payload), changes));
  const ours = async (number: number) =>
    (await wendy.comments(number)).filter(({ user }) => user.login === BOT);
  const asked = () => scene.github.requests.filter(({ login }) => login === BOT).length;
  const opened = () => scene.events.pullRequest(pull.number);
  const comment = async (person: Person, body: string, number = pull.number) => {
    const made = await person.comment(number, body);
    return { made, event: await scene.events.issueComment(number, made) };
  };
  const reactions = (id: number) =>
    (scene.github.state.reactions.get(id) ?? []).map(({ content }) => content);

  it('says that it is there, and answers a ping', async () => {
    expect(await send(platform, { path: '/healthz' })).toEqual({ status: 200, text: 'ok\n' });
    expect(await send(platform, delivery('ping', { zen: 'x' }))).toEqual({ status: 200, text: 'pong\n' });
    for (const path of ['/', '/github/', '/github', '/.env', '/healthz/x'])
      expect((await send(platform, { path })).status).toBe(404);
  });

  it('plans a pull request in its own name: a comment, and a check of its own App', async () => {
    const before = {
      'x-hub-signature-256': sign(JSON.stringify(installed((await opened()).payload)), OLD_SECRET),
    };
    expect(await deliver(await opened(), before)).toEqual({ status: 202, text: 'taken\n' });
    await vi.waitFor(async () => {
      expect((await ours(pull.number)).map(({ body }) => body)).toEqual([
        expect.stringContaining('10.98.0.0/16'),
      ]);
      expect(await checkApps(scene, pull.head.sha)).toEqual(['kuiil-app']);
    }, WITHIN);
  });

  it('plans again when the base moves, and keeps to its one comment', async () => {
    const base = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
    const made = () =>
      scene.github.requests.filter(
        ({ request, status }) => /^POST .*check-runs$/.test(request) && status === 201,
      );
    const tip = (await scene.github.git.tip('heads/main'))!;
    const moved = await wendy.push('main', {
      'topology.yaml': base.replace('name: two-clusters', 'name: two-sites'),
    });
    await deliver(await scene.events.push(tip, moved));
    await vi.waitFor(async () => {
      expect(made().length).toBe(2);
      expect((await ours(pull.number)).length).toBe(1);
    }, WITHIN);
  });

  it('starts what a writer asks for, once, however often it is delivered', async () => {
    const merged = await wendy.openPull('words', { 'README.md': '# words\n' });
    await wendy.merge(merged.number);
    const { made, event } = await comment(wendy, '/kuiil deploy', merged.number);
    const started = scene.github.state.dispatches.length;
    await Promise.all([deliver(event), deliver(event)]);
    await vi.waitFor(() => expect(reactions(made.id)).toEqual(['eyes', 'rocket']), WITHIN);
    await vi.waitFor(async () => expect((await ours(merged.number)).length).toBe(1), WITHIN);
    const before = asked();
    await deliver(event);
    // It looks the comment up, and sees its own reaction.
    await vi.waitFor(() => expect(asked()).toBeGreaterThan(before + 2), WITHIN);
    expect(
      scene.github.state.dispatches.slice(started).map(({ workflow, inputs }) => [workflow, inputs.command]),
    ).toEqual([['kuiil.yml', 'deploy']]);
    expect(reactions(made.id)).toEqual(['eyes', 'rocket']);
  });

  it('does nothing for who may not write, for edited comments, or for what happens elsewhere', async () => {
    const rita = await comment(new Person(scene.github, 'rita'), '/kuiil plan');
    const edited = await comment(wendy, 'words');
    await wendy.edit(edited.made.id, '/kuiil plan');
    const { payload } = await opened();
    const repository = { ...(payload.repository as Json), full_name: 'olga/other' };
    const last = await comment(wendy, '/kuiil help');
    const started = scene.github.state.dispatches.length;
    await deliver(rita.event);
    await deliver(edited.event);
    for (const changed of [{ repository }, { repository: null }, { action: 'labeled' }])
      expect(
        (await send(platform, delivery('pull_request', { ...installed(payload), ...changed }))).status,
      ).toBe(202);
    for (const event of ['deployment', 'workflow_run', 'installation'])
      expect((await send(platform, delivery(event, installed(payload)))).status).toBe(202);
    await deliver(last.event);
    await vi.waitFor(() => expect(reactions(last.made.id)).toEqual(['eyes', '+1']), WITHIN);
    // Its reply is the last that it does.
    await vi.waitFor(async () => expect((await ours(pull.number)).length).toBe(2), WITHIN);
    expect([reactions(rita.made.id), reactions(edited.made.id)]).toEqual([[], []]);
    expect(scene.github.state.dispatches.length).toBe(started);
  });

  it('does nothing for installations of the App that are not named, and says so', async () => {
    const before = asked();
    const { name: event, payload } = await opened();
    for (const [installation, why] of [
      [{ id: 77 }, 'installation 77 is not one of KUIIL_INSTALLATIONS'],
      [{ id: '1' }, 'it is of no installation of the App'],
      [undefined, 'it is of no installation of the App'],
    ] as const) {
      const sent = await send(platform, delivery(event, { ...payload, installation }));
      expect(sent).toEqual({ status: 202, text: `ignored: ${why}\n` });
      await vi.waitFor(
        () => expect(platform.log()).toContain(`\`olga/net\` ${event}: ignored, ${why}`),
        WITHIN,
      );
    }
    expect(asked()).toBe(before);
  });

  it('refuses what GitHub did not sign, before it looks at it', async () => {
    const event = await opened();
    const body = JSON.stringify(installed(event.payload));
    const signed = (signature: string) =>
      delivery('pull_request', body, { 'x-hub-signature-256': signature });
    const cases: readonly (readonly [string, number, Sent])[] = [
      ['forged', 401, signed(sign('{}'))],
      ['signed by another secret', 401, signed(sign(body, 'somebody else entirely'))],
      ['signed by SHA-1', 401, signed(`sha1=${'a'.repeat(40)}`)],
      ['changed', 401, { ...delivery('pull_request', body), body: body.replace('opened', 'closed') }],
      ['cut', 401, { ...delivery('pull_request', body), body: body.slice(0, -5) }],
      ['not signed', 400, signed('')],
      ['of no event', 400, delivery('', body)],
      ['of a strange event', 400, delivery('../x', body)],
      ['a form', 415, delivery('push', body, { 'content-type': 'application/x-www-form-urlencoded' })],
      ['no JSON', 400, delivery('push', '{')],
      ['too long', 413, delivery('push', 'x'.repeat(1024 * 1024 + 1))],
    ];
    const before = asked();
    for (const [what, status, sent] of cases)
      expect([what, (await send(platform, sent)).status]).toEqual([what, status]);
    expect(asked()).toBe(before);
    // Anybody can send these: they do not fill the log. (Lambda begins anew with each.)
    const told = platform.log().split('KUIIL_WEBHOOK_SECRETS').length - 1;
    expect(told).toBeGreaterThan(0);
    if (name === 'Node' || name === 'workerd') expect(told).toBe(1);
  });

  it('outlives a connection that breaks off, and one that comes a byte at a time', async () => {
    const before = asked();
    const { headers, body } = delivery('pull_request', installed((await opened()).payload));
    const socket = connect(platform.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`${head({ ...headers, 'content-length': String(body!.length) })}${body!.slice(0, 200)}`);
    socket.destroySoon();
    await once(socket, 'close');
    // Lambda's URL takes a request whole before the function hears of it: there is nothing of ours to be slow with.
    if (name === 'Node' || name === 'workerd') expect(await slow).toMatch(/^HTTP\/1.1 408 /);
    expect((await send(platform, { path: '/healthz' })).status).toBe(200);
    expect(asked()).toBe(before);
  }, 30_000);

  it('has used every permission that its manifest asks for', () => {
    const used = scene.github.requests
      .filter(({ login }) => login === BOT)
      .map(({ request }) => {
        const [method, target] = request.split(' ') as [string, string];
        return findOperation(method, target.split('?')[0]!)!.name;
      });
    const useless = Object.entries(APP_PERMISSIONS).filter(([name, access]) => {
      const only = { [name.replaceAll('_', '-')]: access };
      const less = access === 'write' ? ({ [name.replaceAll('_', '-')]: 'read' } as const) : {};
      return !used.some((operation) => isCovered(operation, only) && !isCovered(operation, less));
    });
    expect(useless).toEqual([]);
  });

  it('prints no secret', () => {
    const log = platform.log();
    expect(log).toContain('olga/net');
    for (const secret of [SECRET.replaceAll(' ', '-'), 'PRIVATE KEY', ...scene.github.tokens.all])
      expect(log).not.toContain(secret);
  });
});

async function send({ port }: Platform, { method = 'GET', path = '/', headers = {}, body }: Sent) {
  const url = `http://127.0.0.1:${port}${path}`;
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, text: await response.text() };
}

function head(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ ...headers, host: 'x' }).map(([name, value]) => `${name}: ${value}`);
  return `POST /github HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A blank every half second; answers what it was told in the end. */
async function drip({ port }: Platform): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.setEncoding('utf8');
  socket.write(head({ ...delivery('push', '{}').headers, 'content-length': '1000' }));
  const timer = setInterval(() => socket.write(' '), 500);
  let said = '';
  socket.on('data', (text: string) => (said += text));
  await Promise.race([once(socket, 'close'), once(socket, 'data')]);
  clearInterval(timer);
  socket.destroy();
  return said;
}

/** Which App made each check of a commit. */
async function checkApps(scene: Scene, commit: string): Promise<readonly string[]> {
  const { body } = await scene.wendy.call(`GET commits/${commit}/check-runs`);
  return (body as { check_runs: { app: { slug: string } }[] }).check_runs.map(({ app }) => app.slug);
}
