import { type App, appOf, type Bed, loginOf } from '../bed.ts';
import type { Json } from '../emulator.ts';
import { pathOf } from './comments.ts';

const LIST = '/repos/:owner/:repo/check-runs';

/** Check runs: annotations of one request are added to those before, where the emulator forgets them. */
export function checkRoutes(app: App, bed: Bed): void {
  const { emulator, state } = bed;
  app.on(['POST', 'PATCH'], [LIST, `${LIST}/:id`], async (c) => {
    const sent = await c.req.json<Json>();
    const request = `${c.req.method} ${pathOf(c.req.url)}`;
    const by = loginOf(c.get('bearer'));
    const { status, body } = await emulator.ask(by, request, sent);
    const run = body as { id: number; output: Json };
    if (status >= 300) return c.json(run, status as 422);
    const added = ((sent.output as Json | undefined)?.annotations ?? []) as Json[];
    const annotations = [...(state.annotations.get(run.id) ?? []), ...added];
    state.annotations.set(run.id, annotations);
    if (c.req.method === 'POST') state.checkApps.set(run.id, by.replace('[bot]', ''));
    return c.json(await dressRun(bed, run), status as 200);
  });
  app.get('/repos/:owner/:repo/commits/:ref{.+}/check-runs', async (c) => {
    const { status, body } = await emulator.ask(loginOf(c.get('bearer')), `GET ${pathOf(c.req.url)}`);
    if (status !== 200) return c.json(body as Json, status as 404);
    const list = body as { total_count: number; check_runs: { id: number; output: Json }[] };
    return c.json({
      ...list,
      check_runs: await Promise.all(list.check_runs.map((each) => dressRun(bed, each))),
    });
  });
}

async function dressRun(bed: Bed, run: { readonly id: number; readonly output: Json }): Promise<Json> {
  const { state, url, fullName } = bed;
  const annotations_count = state.annotations.get(run.id)?.length ?? 0;
  const annotations_url = `${url}/repos/${fullName}/check-runs/${run.id}/annotations`;
  const app = await appOf(bed, state.checkApps.get(run.id)!);
  return { ...run, app, output: { ...run.output, annotations_count, annotations_url } };
}
