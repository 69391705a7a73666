import { type App, type Bed, type Environment, isAdmin } from '../bed.ts';
import type { Json } from '../emulator.ts';

const ENVIRONMENT = '/repos/:owner/:repo/environments/:name';
const TIMES = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };

/** From which branches an environment may be used, and which secrets it holds. */
export function environmentRoutes(app: App, bed: Bed): void {
  const { state } = bed;
  const policies = `${ENVIRONMENT}/deployment-branch-policies`;
  const named = (name: string): readonly string[] => {
    const branches = state.environments.get(name)?.branches;
    return Array.isArray(branches) ? branches : [];
  };
  app.get(ENVIRONMENT, (c) => {
    const environment = state.environments.get(c.req.param('name'));
    if (!environment) return c.json({ message: 'Not Found' }, 404);
    return c.json(shown(bed, c.req.param('name'), environment));
  });
  app.put(ENVIRONMENT, async (c) => {
    if (!isAdmin(bed, c.get('bearer')))
      return c.json({ message: 'Must have admin rights to Repository.' }, 403);
    const name = c.req.param('name');
    const body = await c.req.json<Json>();
    const policy = body.deployment_branch_policy as Json | null;
    // GitHub: the two cannot be the same.
    if (policy && policy.protected_branches === policy.custom_branch_policies)
      return c.json({ message: 'Validation Failed' }, 422);
    const branches = !policy ? 'all' : policy.protected_branches === true ? 'protected' : named(name);
    const environment: Environment = { branches, rules: rulesOf(body) };
    state.environments.set(name, environment);
    return c.json(shown(bed, name, environment));
  });
  const shownPolicy = (name: string, id: number): Json => ({ id, node_id: `BP_${id}`, name, type: 'branch' });
  app.get(policies, (c) => {
    const list = named(c.req.param('name')).map(shownPolicy);
    return c.json({ total_count: list.length, branch_policies: list });
  });
  app.post(policies, async (c) => {
    const name = c.req.param('name');
    const environment = state.environments.get(name);
    if (!isAdmin(bed, c.get('bearer')) || !environment || !Array.isArray(environment.branches))
      return c.json({ message: 'Not Found' }, 404);
    const { name: branch } = await c.req.json<{ name: string }>();
    state.environments.set(name, { ...environment, branches: [...environment.branches, branch] });
    return c.json(shownPolicy(branch, environment.branches.length));
  });
  app.delete(`${policies}/:id`, (c) => {
    const name = c.req.param('name');
    const environment = state.environments.get(name);
    if (!isAdmin(bed, c.get('bearer')) || !environment) return c.json({ message: 'Not Found' }, 404);
    const branches = named(name).filter((_, id) => id !== Number(c.req.param('id')));
    state.environments.set(name, { ...environment, branches });
    return c.body(null, 204);
  });
  secretRoutes(app, bed);
}

function shown({ url, fullName }: Bed, name: string, { branches, rules = [] }: Environment): Json {
  const restricted = branches !== 'all';
  return {
    id: 1,
    node_id: `EN_${name}`,
    name,
    url: `${url}/repos/${fullName}/environments/${name}`,
    html_url: `${url}/${fullName}/deployments/activity_log?environments_filter=${name}`,
    ...TIMES,
    protection_rules: [...rules, ...(restricted ? [{ id: 1, node_id: 'GA_1', type: 'branch_policy' }] : [])],
    deployment_branch_policy: restricted
      ? { protected_branches: branches === 'protected', custom_branch_policies: branches !== 'protected' }
      : null,
  };
}

/** What is not said again is gone, as with GitHub. */
function rulesOf({ wait_timer }: Json): readonly Json[] {
  return typeof wait_timer === 'number' && wait_timer > 0
    ? [{ id: 2, node_id: 'GA_2', type: 'wait_timer', wait_timer }]
    : [];
}

function secretRoutes(app: App, bed: Bed): void {
  const { state } = bed;
  const listed = (place: string) => {
    const secrets = [...(state.secrets.get(place)?.keys() ?? [])].map((name) => ({ name, ...TIMES }));
    return { total_count: secrets.length, secrets };
  };
  app.get('/repos/:owner/:repo/actions/secrets', (c) =>
    isAdmin(bed, c.get('bearer')) ? c.json(listed('')) : c.json({ message: 'Not Found' }, 403),
  );
  app.get(`${ENVIRONMENT}/secrets`, (c) => c.json(listed(c.req.param('name'))));
  app.get(`${ENVIRONMENT}/secrets/public-key`, (c) =>
    c.json({ key_id: '568250167242549743', key: 'KHVvOxB765kjkShEgUu27QCzl5XxKz/L20V+KRsWf0w=' }),
  );
  app.put(`${ENVIRONMENT}/secrets/:secret`, async (c) => {
    const { name, secret } = c.req.param();
    if (!isAdmin(bed, c.get('bearer')) || !state.environments.has(name))
      return c.json({ message: 'Not Found' }, 404);
    const { encrypted_value } = await c.req.json<{ encrypted_value: string }>();
    const there = state.secrets.get(name) ?? new Map<string, string>();
    const isNew = !there.has(secret);
    state.secrets.set(name, there.set(secret, encrypted_value));
    return isNew ? c.json({}, 201) : c.body(null, 204);
  });
}
