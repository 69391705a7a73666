import { Miniflare } from 'miniflare';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Environment } from '../../../src/adapters/http/settings.ts';
import { serveOnNode } from '../../../src/adapters/http/serve.ts';
import { buildWebhook } from '../../../src/entry/build-webhook.ts';
import { delivery, ENVIRONMENT, OLD_SECRET, OPENED, repository, sign, type Sent } from './deliveries.ts';

interface Answered {
  readonly status: number;
  readonly text: string;
}

interface Platform {
  readonly send: (sent: Sent) => Promise<Answered>;
  readonly stop: () => Promise<unknown>;
}

const byFetch =
  (url: string) =>
  async ({ method = 'GET', path = '/', headers = {}, body }: Sent): Promise<Answered> => {
    const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
    return { status: response.status, text: await response.text() };
  };

async function onNode(environment: Environment): Promise<Platform> {
  const app = buildWebhook(environment, { log: () => undefined, later: (work) => void work });
  const server = await serveOnNode(app, 0, '127.0.0.1');
  return { send: byFetch(`http://127.0.0.1:${server.port}`), stop: () => server.stop() };
}

/** The bundle in workerd, which is what Cloudflare runs. */
async function onWorkers(environment: Environment): Promise<Platform> {
  const workerd = new Miniflare({
    modules: [{ type: 'ESModule', path: 'webhook.js', contents: readFileSync('dist/webhook.js', 'utf8') }],
    compatibilityDate: '2026-03-01',
    compatibilityFlags: ['nodejs_compat'],
    bindings: environment,
  });
  const url = (await workerd.ready).origin;
  return { send: byFetch(url), stop: () => workerd.dispose() };
}

/** The bundle's handler, with what a function URL hands to it. */
async function onLambda(environment: Environment): Promise<Platform> {
  Object.assign(process.env, environment);
  const bundle = (await import(resolve('dist/webhook.js'))) as {
    readonly handler: (event: object, context: object) => Promise<{ statusCode: number; body: string }>;
  };
  return {
    async send({ method = 'GET', path = '/', headers = {}, body }) {
      const event = {
        version: '2.0',
        routeKey: '$default',
        rawPath: path,
        rawQueryString: '',
        headers: { host: 'example.lambda-url.eu-west-1.on.aws', ...headers },
        requestContext: { http: { method, path }, domainName: 'example', requestId: '1' },
        body: body === undefined ? undefined : Buffer.from(body).toString('base64'),
        isBase64Encoded: body !== undefined,
      };
      const { statusCode, body: text } = await bundle.handler(event, {});
      return { status: statusCode, text };
    },
    stop: async () => {
      for (const name of Object.keys(environment)) delete process.env[name];
    },
  };
}

/** A GitHub that lets nobody in, and remembers who asked for what. */
function forbidding(asked: string[]): Hono {
  const app = new Hono();
  app.all('*', ({ req, json }) => {
    asked.push(`${req.method} ${req.path} ${req.header('authorization')}`);
    return json({ message: 'Bad credentials' }, 401);
  });
  return app;
}

describe.each([
  ['Node', onNode],
  ['workerd', onWorkers],
  ['the Lambda handler', onLambda],
])('the webhook on %s', (_, start) => {
  let platform: Platform;
  let github: Awaited<ReturnType<typeof serveOnNode>>;
  const asked: string[] = [];
  beforeAll(async () => {
    github = await serveOnNode(forbidding(asked), 0, '127.0.0.1');
    platform = await start({ ...ENVIRONMENT, KUIIL_GITHUB_API: `http://127.0.0.1:${github.port}` });
  }, 60_000);
  afterAll(async () => {
    await platform?.stop();
    await github?.stop();
  });

  it('says that it is there', async () => {
    expect(await platform.send({ path: '/healthz' })).toEqual({ status: 200, text: 'ok\n' });
  });

  it('answers a ping', async () => {
    expect(await platform.send(delivery('ping', { zen: 'x' }))).toEqual({ status: 200, text: 'pong\n' });
  });

  it('takes a pull request, by the secret before as well', async () => {
    const body = JSON.stringify(OPENED);
    const old = { 'x-hub-signature-256': sign(body, OLD_SECRET) };
    expect(await platform.send(delivery('pull_request', OPENED))).toEqual({ status: 202, text: 'taken\n' });
    expect((await platform.send(delivery('pull_request', OPENED, old))).status).toBe(202);
    // As the App, by a token signed with its key, which GitHub would look at.
    await vi.waitFor(() => expect(asked).not.toEqual([]), 10_000);
    expect(asked[0]).toMatch(/^POST \/app\/installations\/1\/access_tokens bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it.each<[string, number, Sent]>([
    ['forged', 401, delivery('pull_request', OPENED, { 'x-hub-signature-256': sign('{}') })],
    [
      'signed by another secret',
      401,
      delivery('push', OPENED, {
        'x-hub-signature-256': sign(JSON.stringify(OPENED), 'somebody else entirely'),
      }),
    ],
    ['signed by SHA-1', 401, delivery('push', OPENED, { 'x-hub-signature-256': `sha1=${'a'.repeat(40)}` })],
    ['cut', 401, { ...delivery('pull_request', OPENED), body: JSON.stringify(OPENED).slice(0, -5) }],
    ['without a signature', 400, delivery('pull_request', OPENED, { 'x-hub-signature-256': '' })],
    ['of an event with no name', 400, delivery('', OPENED)],
    ['of an event with a strange name', 400, delivery('../x', OPENED)],
    ['as a form', 415, delivery('push', OPENED, { 'content-type': 'application/x-www-form-urlencoded' })],
    ['of no JSON', 400, delivery('push', '{')],
    ['too long', 413, delivery('push', 'x'.repeat(1024 * 1024 + 1))],
  ])('refuses a delivery that is %s', async (_case, status, sent) => {
    expect((await platform.send(sent)).status).toBe(status);
  });

  it.each<[string, Sent]>([
    ['another repository', delivery('pull_request', { ...OPENED, repository: repository('octo/other') })],
    ['no repository', delivery('pull_request', { ...OPENED, repository: null })],
  ])('does nothing for %s', async (_case, sent) => {
    const { status, text } = await platform.send(sent);
    expect({ status, isIgnored: text.startsWith('ignored') }).toEqual({ status: 202, isIgnored: true });
  });

  it('has nothing else', async () => {
    for (const path of ['/', '/github/', '/.env', '/healthz/x'])
      expect((await platform.send({ path })).status).toBe(404);
    expect((await platform.send({ path: '/github' })).status).toBe(404);
  });
});
