import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { webhookSettings } from '../../../src/adapters/http/settings.ts';
import { APP_EVENTS } from '../../../src/app/github-app/manifest.ts';
import { credentialsOf } from '../../../src/app/github-app/credentials.ts';
import { privateKeyPem } from '../../../src/app/github-app/private-key.ts';
import { taskOf } from '../../../src/app/webhook/delivery.ts';
import { ENVIRONMENT, OPENED, repository } from '../../github/webhook/deliveries.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PKCS8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PKCS1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const BARE = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');

describe('the settings of the webhook', () => {
  it.each([
    ['PEM', PKCS8],
    ['PEM with its line breaks written out', PKCS8.replaceAll('\n', '\\n')],
    ['PEM on one line', PKCS8.replaceAll('\n', ' ')],
    ['its base64 alone', BARE],
  ])('take a key as %s', (_, given) => {
    expect(privateKeyPem(given)).toBe(PKCS8);
  });

  it.each([
    ['KUIIL_APP_PRIVATE_KEY', PKCS1, 'openssl pkcs8'],
    ['KUIIL_APP_PRIVATE_KEY', 'app.pem', 'openssl pkcs8'],
    ['KUIIL_APP_ID', 'kuiil', 'App ID'],
    ['KUIIL_INSTALLATIONS', 'olga', 'at the end of the address'],
    ['KUIIL_INSTALLATIONS', '1,-2', 'at the end of the address'],
    ['KUIIL_REPOSITORIES', 'net', 'owner/name'],
  ])('do not start with %s=%s', (name, value, words) => {
    expect(() => webhookSettings({ ...ENVIRONMENT, [name]: value })).toThrow(words);
    expect(() => webhookSettings({ ...ENVIRONMENT, [name]: value })).not.toThrow(PKCS1.split('\n')[1]!);
  });
});

describe('what GitHub gives for the code of a new App', () => {
  const ANSWER = {
    id: 7,
    slug: 'kuiil-app',
    owner: { login: 'olga' },
    pem: PKCS1,
    webhook_secret: 'a'.repeat(40),
    html_url: 'https://github.com/apps/kuiil-app',
  };

  it('is the key, as every platform can use it, and the secret', () => {
    expect(credentialsOf(ANSWER)).toMatchObject({ id: 7, privateKey: BARE, webhookSecret: 'a'.repeat(40) });
  });

  it.each([
    { webhook_secret: null },
    { webhook_secret: 'short' },
    { webhook_secret: `${'a'.repeat(20)}\nPATH=/tmp` },
    { webhook_secret: `${'a'.repeat(20)},${'b'.repeat(20)}` },
    { pem: 'no key' },
    { slug: '../x' },
    { id: '7' },
    { owner: null },
  ])('is nothing where it lacks something, or holds what would become another line: %j', (change) => {
    expect(credentialsOf({ ...ANSWER, ...change })).toBeUndefined();
  });
});

it('every event that the App asks for makes it do something', () => {
  const payloads: Record<(typeof APP_EVENTS)[number], object> = {
    pull_request: OPENED,
    push: { ref: 'refs/heads/main', before: 'a'.repeat(40), after: 'b'.repeat(40), repository: repository() },
    issue_comment: { action: 'created', issue: { number: 3, pull_request: {} }, comment: { id: 9 } },
  };
  for (const event of APP_EVENTS)
    expect(taskOf({ event, payload: payloads[event] }, 'main'), event).toBeDefined();
});
