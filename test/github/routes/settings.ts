import { type App, type Bed, loginOf, userOf } from '../bed.ts';
import type { Json } from '../emulator.ts';

const ENVIRONMENT = '/repos/:owner/:repo/environments/:name';

/** What an owner sets: who may what, and from which branches an environment may be used. */
export function settingRoutes(app: App, bed: Bed): void {
  const { emulator, state, url, fullName } = bed;
  app.get('/repos/:owner/:repo', async (c) => {
    const { status, body } = await emulator.ask(loginOf(c.get('bearer')), `GET /repos/${fullName}`);
    const counts = { network_count: 0, subscribers_count: 0 };
    return c.json({ ...(body as Json), ...counts }, status as 200);
  });
  app.get('/repos/:owner/:repo/collaborators/:username/permission', async (c) => {
    const login = c.req.param('username');
    const user = await userOf(bed, login);
    if (user.login !== login) return c.json({ message: 'Not Found' }, 404);
    const role = state.roles.get(login) ?? 'none';
    const permission = role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role;
    return c.json({ permission, role_name: role, user: { ...user, role_name: role } });
  });
  app.get(ENVIRONMENT, (c) => {
    const name = c.req.param('name');
    const environment = state.environments.get(name);
    if (!environment) return c.json({ message: 'Not Found' }, 404);
    const restricted = environment.branches !== 'all';
    return c.json({
      id: 1,
      node_id: `EN_${name}`,
      name,
      url: `${url}/repos/${fullName}/environments/${name}`,
      html_url: `${url}/${fullName}/deployments/activity_log?environments_filter=${name}`,
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
      protection_rules: restricted ? [{ id: 1, node_id: 'GA_1', type: 'branch_policy' }] : [],
      deployment_branch_policy: restricted
        ? {
            protected_branches: environment.branches === 'protected',
            custom_branch_policies: environment.branches !== 'protected',
          }
        : null,
    });
  });
  app.get(`${ENVIRONMENT}/deployment-branch-policies`, (c) => {
    const branches = state.environments.get(c.req.param('name'))?.branches;
    const named: readonly string[] = Array.isArray(branches) ? branches : [];
    const policies: Json[] = named.map((name, id) => ({ id, node_id: `BP_${id}`, name, type: 'branch' }));
    return c.json({ total_count: policies.length, branch_policies: policies });
  });
}
