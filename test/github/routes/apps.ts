import type { App } from '../bed.ts';
import type { Tokens } from '../tokens.ts';

/** What an App asks for as itself: a token of an installation. */
export function appRoutes(app: App, tokens: Tokens): void {
  app.post('/app/installations/:id/access_tokens', (c) => {
    const bearer = c.get('bearer');
    const known = bearer.kind === 'app' && tokens.apps.find(({ slug }) => slug === bearer.slug);
    if (!known || c.req.param('id') !== '1') return c.json({ message: 'Not Found' }, 404);
    const { slug, permissions } = known;
    const token = tokens.mint({ kind: 'job', permissions, app: slug });
    const given = Object.entries(permissions).map(([name, access]) => [name.replaceAll('-', '_'), access]);
    const expires_at = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
    const answer = { token, expires_at, permissions: Object.fromEntries(given) as object };
    return c.json({ ...answer, repository_selection: 'selected' }, 201);
  });
}
