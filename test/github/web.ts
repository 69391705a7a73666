import { Hono } from 'hono';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { nowSeconds, type State } from './bed.ts';

/** An App that somebody let GitHub make, and that nobody has taken over yet. */
export interface NewApp {
  readonly owner: string;
  readonly manifest: Manifest;
  readonly made: number;
}

export interface Manifest {
  readonly name: string;
  readonly url: string;
  readonly hook_attributes: { readonly url: string; readonly active?: boolean };
  readonly redirect_url: string;
  readonly public: boolean;
  readonly default_permissions: Readonly<Record<string, string>>;
  readonly default_events: readonly string[];
}

/** Which permission an event asks for (docs.github.com, "Webhook events and payloads"); the others are none of ours. */
const EVENTS: Readonly<Record<string, string>> = {
  pull_request: 'pull_requests',
  push: 'contents',
  issue_comment: 'issues',
};

const PERMISSIONS = (
  JSON.parse(readFileSync('test/github/api.json', 'utf8')) as {
    components: { schemas: { 'app-permissions': { properties: Record<string, { enum: string[] }> } } };
  }
).components.schemas['app-permissions'].properties;

const KNOWN = [
  'name',
  'url',
  'hook_attributes',
  'redirect_url',
  'callback_urls',
  'setup_url',
  'description',
  'public',
  'default_events',
  'default_permissions',
  'request_oauth_on_install',
  'setup_on_update',
];

/** What a manifest asks for that GitHub does not know, or would not grant. */
export function manifestFaults(manifest: Manifest): readonly string[] {
  const permissions = Object.entries(manifest.default_permissions);
  return [
    ...Object.keys(manifest).flatMap((name) => (KNOWN.includes(name) ? [] : [`there is no ${name}`])),
    ...(manifest.name.length > 34 ? ['the name is longer than 34 characters'] : []),
    ...(URL.canParse(manifest.url) ? [] : ['no address of its home']),
    ...(manifest.hook_attributes.url.startsWith('https://') ? [] : ['the hook has no https']),
    ...permissions.flatMap(([name, access]) =>
      PERMISSIONS[name]?.enum.includes(access) ? [] : [`there is no permission ${name}: ${access}`],
    ),
    ...manifest.default_events.flatMap((event) =>
      EVENTS[event] !== undefined && EVENTS[event] in manifest.default_permissions
        ? []
        : [`${event} needs ${EVENTS[event] ?? 'what is not known here'}`],
    ),
  ];
}

/** GitHub's pages, as somebody uses them who is logged in as `login`: the manifest of an App is shown, and confirmed at once. */
export function webApp(state: State, login: string): Hono {
  const web = new Hono();
  web.on('POST', ['/settings/apps/new', '/organizations/:org/settings/apps/new'], async (c) => {
    const manifest = JSON.parse((await c.req.parseBody())['manifest'] as string) as Manifest;
    const faults = manifestFaults(manifest);
    if (faults.length > 0) return c.text(faults.join('\n'), 422);
    const code = randomBytes(20).toString('hex');
    state.newApps.set(code, { owner: c.req.param('org') ?? login, manifest, made: nowSeconds() });
    const back = new URL(manifest.redirect_url);
    back.searchParams.set('code', code);
    const given = c.req.query('state');
    if (given !== undefined) back.searchParams.set('state', given);
    return c.redirect(back.href);
  });
  return web;
}

export const isWeb = (path: string): boolean => /^\/(?:settings|organizations)\//.test(path);
