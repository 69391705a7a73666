import { createPrivateKey } from 'node:crypto';
import { at, textAt } from '../json.ts';
import type { AppKey } from './ports.ts';

/** What makes somebody the App. */
export interface Credentials extends AppKey {
  readonly slug: string;
  /** The account that the App belongs to. */
  readonly owner: string;
  /** The App's page. */
  readonly page: string | undefined;
  readonly webhookSecret: string;
}

/** What GitHub answered for the code; undefined when it lacks something. The App's client secret is not looked at: nobody logs in with it. */
export function credentialsOf(answer: unknown): Credentials | undefined {
  const id = at(answer, 'id');
  const slug = textAt(answer, 'slug') ?? '';
  const owner = textAt(answer, 'owner', 'login');
  const webhookSecret = textAt(answer, 'webhook_secret') ?? '';
  const privateKey = pkcs8(textAt(answer, 'pem') ?? '');
  // They become lines of a file, and the slug a part of an address; a comma separates secrets.
  const isSound = /^[\w-]{1,100}$/.test(slug) && /^[!-+\--~]{16,200}$/.test(webhookSecret);
  if (!isSound || typeof id !== 'number' || !Number.isSafeInteger(id) || owner === undefined || !privateKey)
    return undefined;
  return { id, slug, owner, page: textAt(answer, 'html_url'), webhookSecret, privateKey };
}

/** GitHub gives PKCS#1, and only PKCS#8 can be used on every platform. */
function pkcs8(pem: string): string | undefined {
  try {
    return createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }).toString('base64');
  } catch {
    return undefined;
  }
}

export interface Settings {
  readonly repository: string;
  readonly installation?: number;
  /** Left out: that of github.com. */
  readonly api?: string;
}

/** The variables of the webhook, one a line: as `node --env-file`, systemd, Docker and wrangler read them, so without quotes. */
export function environmentText(
  credentials: Credentials,
  { repository, installation, api }: Settings,
): string {
  const variables = {
    KUIIL_APP_ID: credentials.id,
    KUIIL_APP_PRIVATE_KEY: credentials.privateKey,
    KUIIL_WEBHOOK_SECRETS: credentials.webhookSecret,
    KUIIL_REPOSITORIES: repository,
    ...(installation === undefined ? {} : { KUIIL_INSTALLATIONS: installation }),
    ...(api === undefined ? {} : { KUIIL_GITHUB_API: api }),
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
