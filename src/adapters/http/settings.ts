/** Variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface WebhookSettings {
  readonly secrets: readonly string[];
  readonly repositories: ReadonlySet<string>;
  readonly appId: string;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
  readonly topology: string;
  readonly workflow: string;
  readonly url: string;
}

/** What the environment says; throws an Error that names everything that is missing. */
export function webhookSettings(env: Environment): WebhookSettings {
  const missing = REQUIRED.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`the webhook cannot start: set ${missing.join(', ')}`);
  const list = (name: string) =>
    (env[name] ?? '')
      .split(/[\s,]+/)
      .map((each) => each.trim())
      .filter((each) => each !== '');
  return {
    secrets: list('KUIIL_WEBHOOK_SECRETS'),
    repositories: new Set(list('KUIIL_REPOSITORIES').map((each) => each.toLowerCase())),
    appId: env['KUIIL_APP_ID']!,
    privateKey: env['KUIIL_APP_PRIVATE_KEY']!.replaceAll('\\n', '\n'),
    topology: env['KUIIL_TOPOLOGY'] || 'topology.yaml',
    workflow: env['KUIIL_WORKFLOW'] || 'kuiil.yml',
    url: env['KUIIL_GITHUB_API'] || 'https://api.github.com',
  };
}

const REQUIRED = [
  'KUIIL_WEBHOOK_SECRETS',
  'KUIIL_REPOSITORIES',
  'KUIIL_APP_ID',
  'KUIIL_APP_PRIVATE_KEY',
] as const;
