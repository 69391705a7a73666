import { createHmac, generateKeyPairSync } from 'node:crypto';

export const SECRET = 'the secret of this test';
export const OLD_SECRET = 'the secret before that one';

/** What a webhook needs to start; the App's key is made for this run. */
export const ENVIRONMENT = {
  KUIIL_WEBHOOK_SECRETS: `${SECRET.replaceAll(' ', '-')},${OLD_SECRET.replaceAll(' ', '-')}`,
  KUIIL_REPOSITORIES: 'Octo/Net',
  KUIIL_INSTALLATIONS: '1',
  KUIIL_APP_ID: '7',
  KUIIL_APP_PRIVATE_KEY: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string,
};

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A delivery as GitHub sends it; `changes` are put over its headers. */
export function delivery(
  event: string,
  payload: unknown,
  changes: Readonly<Record<string, string>> = {},
): Sent {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return {
    method: 'POST',
    path: '/github',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature-256': sign(body),
      ...changes,
    },
  };
}

export function sign(body: string, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret.replaceAll(' ', '-')).update(body).digest('hex')}`;
}

export const repository = (full_name = 'octo/net') => ({ full_name, default_branch: 'main' });
export const OPENED = {
  action: 'opened',
  repository: repository(),
  installation: { id: 1 },
  pull_request: { number: 3, head: { sha: 'a'.repeat(40) } },
};
