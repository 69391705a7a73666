import { privateKeyPem } from '../../app/github-app/private-key.ts';

/** Variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface WebhookSettings {
  readonly secrets: readonly string[];
  readonly repositories: ReadonlySet<string>;
  readonly installations: ReadonlySet<number>;
  readonly appId: string;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
  readonly topology: string;
  readonly workflow: string;
  readonly url: string;
}

/** What the environment says; throws an Error that names everything that is missing, or what is wrong and what to do. */
export function webhookSettings(env: Environment): WebhookSettings {
  const missing = REQUIRED.filter((name) => !env[name]?.trim());
  if (missing.length > 0) throw new Error(`the webhook cannot start: set ${missing.join(', ')}`);
  const wrong = (name: string, why: string) => new Error(`the webhook cannot start: ${name} ${why}`);
  const list = (name: string) =>
    (env[name] ?? '')
      .split(/[\s,]+/)
      .map((each) => each.trim())
      .filter((each) => each !== '');
  const privateKey = privateKeyPem(env['KUIIL_APP_PRIVATE_KEY']!);
  if (privateKey === undefined) throw wrong('KUIIL_APP_PRIVATE_KEY', NO_KEY);
  const appId = env['KUIIL_APP_ID']!.trim();
  if (!isNumber(appId)) throw wrong('KUIIL_APP_ID', 'is no number: the App’s page shows it as App ID');
  const installations = list('KUIIL_INSTALLATIONS');
  if (!installations.every(isNumber)) throw wrong('KUIIL_INSTALLATIONS', NO_INSTALLATION);
  const repositories = list('KUIIL_REPOSITORIES').map((each) => each.toLowerCase());
  if (!repositories.every((each) => /^[\w-]+\/[\w.-]+$/.test(each)))
    throw wrong('KUIIL_REPOSITORIES', 'names no repository: write owner/name, with commas between several');
  const secrets = list('KUIIL_WEBHOOK_SECRETS');
  if (secrets.some((secret) => secret.length < MIN_SECRET))
    throw wrong('KUIIL_WEBHOOK_SECRETS', `can be guessed: a secret has at least ${MIN_SECRET} characters`);
  return {
    secrets,
    repositories: new Set(repositories),
    installations: new Set(installations.map(Number)),
    appId,
    privateKey,
    topology: env['KUIIL_TOPOLOGY'] || 'topology.yaml',
    workflow: env['KUIIL_WORKFLOW'] || 'kuiil.yml',
    url: env['KUIIL_GITHUB_API'] || 'https://api.github.com',
  };
}

const MIN_SECRET = 16;

const REQUIRED = [
  'KUIIL_WEBHOOK_SECRETS',
  'KUIIL_REPOSITORIES',
  'KUIIL_INSTALLATIONS',
  'KUIIL_APP_ID',
  'KUIIL_APP_PRIVATE_KEY',
] as const;

const isNumber = (text: string) => /^[1-9]\d{0,14}$/.test(text);
const NO_KEY =
  'is no private key in PKCS#8: openssl pkcs8 -topk8 -nocrypt -in app.pem makes one of what GitHub gives';
const NO_INSTALLATION =
  'is no number: it is at the end of the address of the installation’s page, which the App’s page links to';
