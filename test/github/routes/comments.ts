import { type App, appOf, type Bed, loginOf, nowSeconds, time, userOf } from '../bed.ts';
import type { Json } from '../emulator.ts';

const LIST = '/repos/:owner/:repo/issues/:number/comments';
const ONE = '/repos/:owner/:repo/issues/comments/:id{[0-9]+}';

/** Comments as GitHub shows them: when they were written and edited, by which App, and whether hidden; reactions to them. */
export function commentRoutes(app: App, bed: Bed): void {
  const { emulator, state } = bed;
  app.on('GET', [LIST, ONE], async (c) => {
    const answer = await emulator.ask(loginOf(c.get('bearer')), `GET ${pathOf(c.req.url)}`);
    if (answer.status !== 200) return c.json(answer.body as Json, answer.status as 404);
    const shown = Array.isArray(answer.body)
      ? await Promise.all(answer.body.map((each: Json) => dressComment(bed, each)))
      : await dressComment(bed, answer.body as Json);
    return c.json(shown, 200, answer.headers);
  });
  app.post(LIST, async (c) => {
    const by = loginOf(c.get('bearer'));
    const { status, body } = await emulator.ask(by, `POST ${pathOf(c.req.url)}`, await c.req.json());
    if (status !== 201) return c.json(body as Json, status as 422);
    const now = nowSeconds();
    state.comments.set((body as { id: number }).id, { created: now, updated: now, by, minimized: false });
    return c.json(await dressComment(bed, body as Json), 201);
  });
  app.patch(ONE, async (c) => {
    const by = loginOf(c.get('bearer'));
    const { status, body } = await emulator.ask(by, `PATCH ${pathOf(c.req.url)}`, await c.req.json());
    if (status !== 200) return c.json(body as Json, status as 422);
    const known = state.comments.get(Number(c.req.param('id')));
    // Within one second an edit could not be told on GitHub either; a test means one that can.
    if (known) known.updated = Math.max(nowSeconds(), known.created + 1);
    return c.json(await dressComment(bed, body as Json));
  });
  app.get(`${ONE}/reactions`, (c) => c.json(state.reactions.get(Number(c.req.param('id'))) ?? []));
  app.post(`${ONE}/reactions`, async (c) => {
    const id = Number(c.req.param('id'));
    const { content } = await c.req.json<{ content: string }>();
    const login = loginOf(c.get('bearer'));
    const user = await userOf(bed, login);
    // From here on without a pause: of two at once, one is the first.
    const given = state.reactions.get(id) ?? [];
    const same = given.find((each) => each.content === content && (each.user as Json).login === login);
    if (same) return c.json(same, 200);
    const made = {
      id: id * 100 + given.length,
      node_id: `REA_${id}`,
      user,
      content,
      created_at: time(nowSeconds()),
    };
    state.reactions.set(id, [...given, made]);
    return c.json(made, 201);
  });
}

async function dressComment(bed: Bed, comment: Json): Promise<Json> {
  const known = bed.state.comments.get(comment.id as number);
  if (!known) return comment;
  const [slug, bot] = known.by.split('[');
  return {
    ...comment,
    created_at: time(known.created),
    updated_at: time(known.updated),
    performed_via_github_app: bot === undefined ? null : await appOf(bed, slug!),
    ...(known.minimized ? { minimized: { reason: 'spam' } } : {}),
  };
}

export const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url);
  return pathname + search;
};
