import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { keepSecret } from '../../evidence.ts';
import { type App, type Bed, nowSeconds, time, userOf } from '../bed.ts';
import type { Json } from '../emulator.ts';
import type { KnownApp, Permissions, Tokens } from '../tokens.ts';
import type { NewApp } from '../web.ts';

/** GitHub: the code is good for an hour. */
const CODE_SECONDS = 3600;

/** What an App asks for as itself: what makes somebody it, where it is installed, a token of an installation. */
export function appRoutes(app: App, bed: Bed, tokens: Tokens): void {
  const { state } = bed;
  app.post('/app-manifests/:code/conversions', async (c) => {
    const code = c.req.param('code');
    const found = state.newApps.get(code);
    state.newApps.delete(code);
    if (!found || nowSeconds() - found.made >= CODE_SECONDS) return c.json({ message: 'Not Found' }, 404);
    return c.json(await makeApp(bed, tokens, found), 201);
  });
  app.get('/repos/:owner/:repo/installation', async (c) => {
    const bearer = c.get('bearer');
    const known = bearer.kind === 'app' ? tokens.apps.find(({ slug }) => slug === bearer.slug) : undefined;
    if (known?.installation === undefined) return c.json({ message: 'Not Found' }, 404);
    return c.json(await installationOf(bed, known));
  });
  app.post('/app/installations/:id/access_tokens', (c) => {
    const bearer = c.get('bearer');
    const known = bearer.kind === 'app' && tokens.apps.find(({ slug }) => slug === bearer.slug);
    if (!known || c.req.param('id') !== String(known.installation))
      return c.json({ message: 'Not Found' }, 404);
    const { slug, permissions } = known;
    const token = tokens.mint({ kind: 'job', permissions, app: slug });
    const expires_at = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
    const answer = { token, expires_at, permissions: underscored(permissions) };
    return c.json({ ...answer, repository_selection: 'selected' }, 201);
  });
}

const underscored = (permissions: Permissions): object =>
  Object.fromEntries(
    Object.entries(permissions).map(([name, access]) => [name.replaceAll('-', '_'), access]),
  );

async function makeApp(bed: Bed, tokens: Tokens, { owner, manifest }: NewApp): Promise<Json> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const slug = manifest.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const id = 5000 + tokens.apps.length;
  const permissions = Object.fromEntries(
    Object.entries(manifest.default_permissions).map(([name, access]) => [name.replaceAll('_', '-'), access]),
  ) as Permissions;
  tokens.apps.push({ id, slug, publicKey, permissions });
  // GitHub gives PKCS#1.
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const [webhook_secret, client_secret] = [20, 20].map((bytes) => randomBytes(bytes).toString('hex'));
  const der = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  for (const secret of [pem, der, webhook_secret!, client_secret!]) keepSecret(secret);
  const now = time(nowSeconds());
  return {
    id,
    slug,
    node_id: `A_${slug}`,
    owner: await userOf(bed, owner),
    name: manifest.name,
    description: null,
    external_url: manifest.url,
    html_url: `${bed.url}/apps/${slug}`,
    created_at: now,
    updated_at: now,
    permissions: { ...manifest.default_permissions, metadata: 'read' },
    events: manifest.default_events,
    client_id: `Iv1.${slug}`,
    client_secret,
    webhook_secret,
    pem,
  };
}

async function installationOf(bed: Bed, { id, slug, installation, permissions }: KnownApp): Promise<Json> {
  const account = await userOf(bed, bed.fullName.split('/')[0]!);
  const own = `${bed.url}/app/installations/${installation}`;
  const now = time(nowSeconds());
  return {
    id: installation,
    app_id: id,
    app_slug: slug,
    account,
    target_id: account.id,
    target_type: 'User',
    single_file_name: null,
    repository_selection: 'selected',
    access_tokens_url: `${own}/access_tokens`,
    html_url: `https://github.com/settings/installations/${installation}`,
    repositories_url: `${bed.url}/installation/repositories`,
    events: ['push'],
    permissions: underscored(permissions),
    created_at: now,
    updated_at: now,
    suspended_by: null,
    suspended_at: null,
  };
}
