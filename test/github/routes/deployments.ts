import { type App, type Bed, loginOf, nowSeconds, time, userOf } from '../bed.ts';
import type { Json } from '../emulator.ts';

const LIST = '/repos/:owner/:repo/deployments';

/** Deployments and their statuses, newest first. */
export function deploymentRoutes(app: App, bed: Bed): void {
  const { state, git, url, fullName } = bed;
  app.get(LIST, (c) => {
    const wanted = (['environment', 'ref', 'sha', 'task'] as const).flatMap((name) => {
      const value = c.req.query(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    const found = state.deployments.filter((each) => wanted.every(([name, value]) => each[name] === value));
    const size = Number(c.req.query('per_page') ?? 30);
    const page = Number(c.req.query('page') ?? 1);
    return c.json(found.slice((page - 1) * size, page * size));
  });
  app.get(`${LIST}/:id`, (c) => {
    const found = state.deployments.find(({ id }) => id === Number(c.req.param('id')));
    return found ? c.json(found) : c.json({ message: 'Not Found' }, 404);
  });
  app.post(LIST, async (c) => {
    const sent = await c.req.json<Json>();
    if (sent.auto_merge !== false)
      return c.json({ message: 'Auto-merged main into the ref on deployment.' }, 409);
    if (!Array.isArray(sent.required_contexts) || sent.required_contexts.length > 0) {
      return c.json({ message: 'Conflict: Commit status checks failed for the ref.' }, 409);
    }
    const ref = String(sent.ref);
    const sha = (await git.tip(`heads/${ref}`)) ?? ref;
    const now = time(nowSeconds());
    const id = state.deployments.length + 1;
    const made = {
      url: `${url}/repos/${fullName}/deployments/${id}`,
      id,
      node_id: `DE_${id}`,
      sha,
      ref,
      task: sent.task ?? 'deploy',
      payload: sent.payload ?? {},
      environment: sent.environment ?? 'production',
      description: sent.description ?? null,
      creator: await userOf(bed, loginOf(c.get('bearer'))),
      created_at: now,
      updated_at: now,
      statuses_url: `${url}/repos/${fullName}/deployments/${id}/statuses`,
      repository_url: `${url}/repos/${fullName}`,
    };
    state.deployments.unshift(made);
    return c.json(made, 201);
  });
  app.get(`${LIST}/:id/statuses`, (c) => c.json(state.statuses.get(Number(c.req.param('id'))) ?? []));
  app.post(`${LIST}/:id/statuses`, async (c) => {
    const deployment = Number(c.req.param('id'));
    const sent = await c.req.json<Json>();
    const before = state.statuses.get(deployment) ?? [];
    const place = `${url}/repos/${fullName}/deployments/${deployment}`;
    const made = {
      url: `${place}/statuses/${before.length + 1}`,
      id: deployment * 100 + before.length,
      node_id: `DES_${deployment}_${before.length}`,
      state: sent.state,
      creator: await userOf(bed, loginOf(c.get('bearer'))),
      description: sent.description ?? '',
      environment: sent.environment ?? 'production',
      target_url: sent.target_url ?? '',
      log_url: sent.log_url ?? '',
      created_at: time(nowSeconds()),
      updated_at: time(nowSeconds()),
      deployment_url: place,
      repository_url: `${url}/repos/${fullName}`,
    };
    state.statuses.set(deployment, [made, ...before]);
    return c.json(made, 201);
  });
}
