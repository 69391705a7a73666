import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { serveOnNode } from '../../../src/adapters/http/serve.ts';
import { webhookSettings } from '../../../src/adapters/http/settings.ts';
import { webhookApp } from '../../../src/adapters/http/webhook-app.ts';
import { taskOf, type Delivery } from '../../../src/app/webhook/delivery.ts';
import { delivery, ENVIRONMENT, OPENED, repository, SECRET } from '../../github/webhook/deliveries.ts';

function scene() {
  const handled: Delivery[] = [];
  const works: Promise<void>[] = [];
  const app = webhookApp({
    secrets: [SECRET.replaceAll(' ', '-')],
    installations: new Set([1]),
    repositories: new Set(['octo/net']),
    handle: async (each) => void handled.push(each),
    later: (work) => void works.push(work),
    log: () => undefined,
  });
  return { app, handled, works };
}

describe('what a delivery makes us do', () => {
  const task = (event: string, payload: object) => taskOf({ event, payload }, 'main');

  it('is a plan for a pull request that is opened or changed', () => {
    const plan = { kind: 'plan', pullRequest: 3, head: 'a'.repeat(40) };
    for (const action of ['opened', 'synchronize', 'reopened', 'edited']) {
      expect(task('pull_request', { ...OPENED, action })).toEqual(plan);
    }
    for (const action of ['closed', 'labeled', 'assigned', undefined]) {
      expect(task('pull_request', { ...OPENED, action })).toBeUndefined();
    }
  });

  it('is a plan of all of them when the base moves, and of none for another branch', () => {
    const push = { before: 'a'.repeat(40), after: 'b'.repeat(40), repository: repository() };
    expect(task('push', { ...push, ref: 'refs/heads/main' })).toEqual({ kind: 'plan-all', branch: 'main' });
    expect(task('push', { ...push, ref: 'refs/heads/topic' })).toBeUndefined();
    expect(task('push', { ...push, ref: 'refs/tags/main' })).toBeUndefined();
  });

  it('is a command for a new comment on a pull request alone', () => {
    const comment = { action: 'created', issue: { number: 3, pull_request: {} }, comment: { id: 9 } };
    expect(task('issue_comment', comment)).toEqual({ kind: 'command', pullRequest: 3, comment: 9 });
    expect(task('issue_comment', { ...comment, action: 'edited' })).toBeUndefined();
    expect(task('issue_comment', { ...comment, issue: { number: 3 } })).toBeUndefined();
  });

  it('is nothing for everything else', () => {
    for (const event of ['workflow_run', 'deployment', 'repository', 'installation']) {
      expect(task(event, OPENED)).toBeUndefined();
    }
  });
});

describe('the webhook', () => {
  it('does not start without a secret, or with one that can be guessed', () => {
    const app = (secrets: readonly string[]) => () =>
      webhookApp({
        ...scene(),
        secrets,
        installations: new Set(),
        repositories: new Set(),
        handle: async () => undefined,
        later: () => undefined,
        log: () => undefined,
      });
    expect(app([])).toThrow('a secret');
    expect(app(['short'])).toThrow('a secret');
    for (const name of [
      'KUIIL_WEBHOOK_SECRETS',
      'KUIIL_REPOSITORIES',
      'KUIIL_INSTALLATIONS',
      'KUIIL_APP_ID',
      'KUIIL_APP_PRIVATE_KEY',
    ]) {
      expect(() => webhookSettings({ ...ENVIRONMENT, [name]: '' })).toThrow(name);
    }
  });

  it('hands on what was signed, and only that', async () => {
    const { app, handled } = scene();
    const send = ({ method, path, headers, body }: ReturnType<typeof delivery>) =>
      app.request(`http://webhook${path}`, { method: method!, headers: headers!, body: body! });
    await send(delivery('pull_request', OPENED));
    await send({
      ...delivery('pull_request', OPENED),
      body: JSON.stringify({ ...OPENED, action: 'closed' }),
    });
    expect(handled).toEqual([{ event: 'pull_request', payload: OPENED }]);
  });

  it('gives up on a body that comes too slowly, and serves others meanwhile', async () => {
    const { app } = scene();
    const server = await serveOnNode(app, 0, '127.0.0.1');
    const { headers } = delivery('push', OPENED);
    const socket = connect(server.port, '127.0.0.1');
    let said = '';
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    const lines = Object.entries({ ...headers, host: 'x', 'content-length': '1000' }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    socket.write(`POST /github HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    const drip = setInterval(() => socket.write(' '), 500);
    expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
    await new Promise((resolve) => socket.once('close', resolve).once('data', resolve));
    clearInterval(drip);
    socket.destroy();
    await server.stop();
    expect(said).toMatch(/^HTTP\/1.1 408 /);
  }, 20_000);
});
