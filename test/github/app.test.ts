import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepEvidence, keepSecret } from '../evidence.ts';
import { Scene, GROWN } from './action/scene.ts';
import type { GitHub } from './github.ts';
import { delivery, SECRET } from './webhook/deliveries.ts';
import { PLATFORMS } from './webhook/platforms.ts';

const WITHIN = { timeout: 15_000, interval: 50 };
const [, NODE] = PLATFORMS[0]!;
const CONVERSION = /^POST \/app-manifests\//;

let scene: Scene;
let github: GitHub;
let folder: string;
let running: Running[];
beforeEach(async () => {
  scene = await Scene.open();
  github = scene.github;
  running = [];
  folder = mkdtempSync(join(tmpdir(), 'kuiil-app-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/gh'), readFileSync('test/github/gh.sh'));
  chmodSync(join(folder, 'bin/gh'), 0o755);
});
afterEach(async () => {
  for (const each of running) each.child.kill('SIGKILL');
  await github.close();
  rmSync(folder, { recursive: true });
});

/** The bundle while it runs. */
interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

function kuiil(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...args], {
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
      XDG_CONFIG_HOME: folder,
      GITHUB_SERVER_URL: github.url,
      GITHUB_API_URL: github.url,
      GH_BED: github.url,
      GH_BED_CLONE: 'olga/net',
      GH_BED_TOKEN: github.tokens.mint({ kind: 'person', login: 'olga' }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  const made = { child, said: () => said, ended };
  running.push(made);
  return made;
}

// GitHub names the App's bot by its name: this is one that the emulator knows.
const app = (...options: readonly string[]) => kuiil('github', 'app', '--url', 'https://app', ...options);
const FILE = () => join(folder, 'kuiil/app.env');

/** The address that the terminal shows. */
async function shown({ said }: Running): Promise<string> {
  return vi.waitFor(() => {
    const [address] = /http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}/.exec(said()) ?? [];
    expect(address, said()).toBeDefined();
    return address!;
  }, WITHIN);
}

/** What a person does: opens the page, presses its button, and GitHub's; answers where GitHub sends them. */
async function made(run: Running): Promise<string> {
  const html = await (await fetch(await shown(run))).text();
  const [, action] = /<form method="post" action="([^"]+)">/.exec(html)!;
  const [, manifest] = /name="manifest" value="([^"]+)"/.exec(html)!;
  const plain = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  const answer = await fetch(plain(action!), {
    method: 'POST',
    body: new URLSearchParams({ manifest: plain(manifest!) }),
    redirect: 'manual',
  });
  expect(answer.status, answer.status === 422 ? await answer.text() : '').toBe(302);
  return answer.headers.get('location')!;
}

async function visit(address: string) {
  const answer = await fetch(address, { redirect: 'manual' });
  return { status: answer.status, text: await answer.text(), to: answer.headers.get('location') };
}

function install(number: number): void {
  github.tokens.apps.at(-1)!.installation = number;
}

const conversions = () => github.requests.filter(({ request }) => CONVERSION.test(request));
const isKept = () => readdirSync(folder).includes('kuiil') && readdirSync(join(folder, 'kuiil')).length > 0;

describe('kuiil github app', () => {
  it('makes an App by one page, keeps its secrets in one file of this user, and the webhook starts with it', async () => {
    const run = app();
    const back = await visit(await made(run));
    expect(back).toMatchObject({ status: 303, to: `${github.url}/apps/kuiil-app/installations/new` });
    install(4711);
    expect(await run.ended, run.said()).toBe(0);
    expect(statSync(FILE()).mode & 0o777).toBe(0o600);
    const variables = parseEnv(readFileSync(FILE(), 'utf8')) as Record<string, string>;
    expect(variables).toMatchObject({
      KUIIL_APP_ID: '5000',
      KUIIL_INSTALLATIONS: '4711',
      KUIIL_REPOSITORIES: 'olga/net',
    });
    for (const secret of [variables.KUIIL_APP_PRIVATE_KEY!, variables.KUIIL_WEBHOOK_SECRETS!, 'PRIVATE KEY'])
      expect(run.said() + back.text).not.toContain(secret);
    keepEvidence('github-app', run.said());

    const webhook = kuiil('webhook', '--port', '0', '--settings', FILE());
    const port = await vi.waitFor(() => {
      const [, found] = /listening on 127\.0\.0\.1 port (\d+)/.exec(webhook.said()) ?? [];
      expect(found, webhook.said()).toBeDefined();
      return found;
    }, WITHIN);
    const pull = await scene.wendy.openPull('grown', { 'topology.yaml': GROWN });
    const { payload } = await scene.events.pullRequest(pull.number);
    const body = JSON.stringify({ ...payload, installation: { id: 4711 } });
    const hmac = createHmac('sha256', variables.KUIIL_WEBHOOK_SECRETS!).update(body).digest('hex');
    const { headers } = delivery('pull_request', body, { 'x-hub-signature-256': `sha256=${hmac}` });
    const sent = await fetch(`http://127.0.0.1:${port}/github`, { method: 'POST', headers: headers!, body });
    expect(sent.status).toBe(202);
    await vi.waitFor(async () => {
      const by = (await scene.wendy.comments(pull.number)).map(({ user }) => user.login);
      expect(by, webhook.said()).toEqual(['kuiil-app[bot]']);
    }, WITHIN);
    webhook.child.kill('SIGINT');
    expect(await webhook.ended).toBe(0);
  });

  it('says in its log when the key is not the App’s, or the App is not installed any more', async () => {
    const [app, other] = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
    github.tokens.apps.push({ id: 7, slug: 'kuiil-app', publicKey: app!.publicKey, permissions: {} });
    const { payload } = await scene.events.push('a'.repeat(40), 'b'.repeat(40));
    for (const [key, words] of [
      [other!.privateKey, 'are not of one App'],
      [app!.privateKey, 'no installation 5'],
    ] as const) {
      const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
      keepSecret(pem);
      const platform = await NODE({
        KUIIL_WEBHOOK_SECRETS: SECRET.replaceAll(' ', '-'),
        KUIIL_REPOSITORIES: 'olga/net',
        KUIIL_INSTALLATIONS: '5',
        KUIIL_APP_ID: '7',
        KUIIL_APP_PRIVATE_KEY: pem,
        KUIIL_GITHUB_API: github.url,
      });
      const { headers, body } = delivery('push', { ...payload, installation: { id: 5 } });
      await fetch(`http://127.0.0.1:${platform.port}/github`, {
        method: 'POST',
        headers: headers!,
        body: body!,
      });
      await vi.waitFor(() => expect(platform.log()).toContain(words), WITHIN);
      await platform.stop();
    }
    // Who signs with another key is nobody.
    for (const refusal of github.refusals.splice(0)) expect(refusal).toContain('unknown token');
  });

  it('answers nobody who does not know the address, and nobody who was not sent back by its own page', async () => {
    const run = app();
    const { origin, port } = new URL(await shown(run));
    for (const path of ['/', `/${'A'.repeat(43)}`, '/favicon.ico', '//x'])
      expect((await visit(origin + path)).status).toBe(404);
    const forged = `${origin}/made?code=${'a'.repeat(40)}`;
    for (const address of [forged, `${forged}&state=`, `${forged}&state=${'A'.repeat(43)}`])
      expect((await visit(address)).status).toBe(403);
    const [rebound] = await once(
      get({
        port,
        host: '127.0.0.1',
        path: new URL(await shown(run)).pathname,
        headers: { host: 'evil.example' },
      }),
      'response',
    );
    expect((rebound as { statusCode: number }).statusCode).toBe(403);
    expect((await fetch(await shown(run), { method: 'POST' })).status).toBe(405);
    expect(run.said()).toContain('refused');
    const back = new URL(await made(run));
    back.searchParams.set('code', '../user');
    expect((await visit(back.href)).status).toBe(403);
    expect(conversions()).toEqual([]);
    expect((await visit(await made(run))).status).toBe(303);
  });

  it('takes a code once, and again only when GitHub did not answer', async () => {
    const run = app();
    const back = await made(run);
    github.faults.inject(CONVERSION, { kind: 'answer', status: 502, body: 'unicorn' });
    github.faults.inject(CONVERSION, { kind: 'reset' });
    for (const text of ['502', 'did not answer'])
      expect(await visit(back)).toMatchObject({ status: 502, text: expect.stringContaining(text) as string });
    expect((await visit(back)).status).toBe(303);
    const asked = conversions().length;
    expect(await visit(back)).toMatchObject({ status: 409 });
    expect(conversions().length).toBe(asked);
    install(7);
    expect(await run.ended).toBe(0);
  });

  it('says that a code is too old, or that it was used elsewhere, and keeps nothing', async () => {
    const run = app();
    const back = await made(run);
    const [code, waiting] = [...github.state.newApps][0]!;
    github.state.newApps.set(code, { ...waiting, made: waiting.made - 3601 });
    expect(await visit(back)).toMatchObject({ status: 502, to: null });
    expect(await run.ended).toBe(1);
    expect(run.said()).toContain('good for one hour, and once');
    expect(isKept()).toBe(false);
  });

  it('does not keep an App of another account: it could not be installed on the repository', async () => {
    const run = app();
    const back = await made(run);
    const [code, waiting] = [...github.state.newApps][0]!;
    github.state.newApps.set(code, { ...waiting, owner: 'wendy' });
    await visit(back);
    expect(await run.ended).toBe(1);
    expect(run.said()).toContain('belongs to wendy');
    expect(isKept()).toBe(false);
  });

  it('asks an organization for the App where the repository is one’s', async () => {
    const repository = { full_name: 'acme/net', owner: { login: 'acme', type: 'Organization' } };
    github.faults.inject(/^GET \/repos\/acme\/net$/, {
      kind: 'answer',
      status: 200,
      body: JSON.stringify(repository),
    });
    const run = app('--repo', 'acme/net');
    const html = await (await fetch(await shown(run))).text();
    expect(html).toContain(`action="${github.url}/organizations/acme/settings/apps/new?state=`);
    expect(run.said()).toContain('as an owner of acme');
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(1);
  });

  it('leaves nothing behind when it is interrupted, and the file when the App is only not installed yet', async () => {
    const early = app();
    await shown(early);
    early.child.kill('SIGINT');
    expect(await early.ended).toBe(1);
    expect(early.said()).toContain('interrupted');
    expect(isKept()).toBe(false);
    const late = app();
    await visit(await made(late));
    await vi.waitFor(() => expect(readFileSync(FILE(), 'utf8')).toContain('KUIIL_APP_ID'), WITHIN);
    late.child.kill('SIGINT');
    expect(await late.ended).toBe(3);
    expect(late.said()).toContain('KUIIL_INSTALLATIONS=NUMBER');
    expect(readFileSync(FILE(), 'utf8')).not.toContain('KUIIL_INSTALLATIONS');
    // What it holds may be nowhere else.
    const again = app();
    expect(await again.ended).toBe(2);
    expect(again.said()).toContain('is there already');
  });

  it('says what is wrong before it opens a page', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const cases: readonly (readonly [readonly string[], number, string])[] = [
      [['--port', String(port)], 2, 'is in use'],
      [['--port', '70000'], 2, 'is no port'],
      [['--url', 'http://app'], 2, 'https'],
      [['--url', 'webhook.example.org'], 2, 'is no address'],
      [['--url', 'https://me:pw@app'], 2, 'more than an address'],
      [['--check'], 2, 'nothing for'],
      [['--repo', 'olga/net; id'], 2, 'names no repository'],
      [['--repo', 'olga/other'], 1, 'no such repository'],
      [['--out', join(folder, 'bin/gh/x.env')], 2, 'cannot be written'],
    ];
    await Promise.all(
      cases.map(async ([options, code, words]) => {
        const run = app(...options);
        expect([options, await run.ended]).toEqual([options, code]);
        expect(run.said()).toContain(words);
      }),
    );
    server.close();
    expect(existsSync(FILE())).toBe(false);
  });
});
