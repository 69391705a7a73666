import { type App, type Bed, loginOf, userOf } from '../bed.ts';
import type { Json } from '../emulator.ts';

/** What an owner sets: who may what. */
export function settingRoutes(app: App, bed: Bed): void {
  const { emulator, state, url, fullName } = bed;
  app.get('/repos/:owner/:repo', async (c) => {
    if (`${c.req.param('owner')}/${c.req.param('repo')}` !== fullName)
      return c.json({ message: 'Not Found' }, 404);
    const { status, body } = await emulator.ask(loginOf(c.get('bearer')), `GET /repos/${fullName}`);
    const counts = { network_count: 0, subscribers_count: 0 };
    const role = state.roles.get(loginOf(c.get('bearer'))) ?? 'none';
    const atLeast = (...roles: readonly string[]) => roles.includes(role);
    const permissions = {
      admin: atLeast('admin'),
      maintain: atLeast('admin', 'maintain'),
      push: atLeast('admin', 'maintain', 'write'),
      triage: atLeast('admin', 'maintain', 'write', 'triage'),
      pull: true,
    };
    return c.json({ ...(body as Json), ...counts, permissions }, status as 200);
  });
  app.get('/repos/:owner/:repo/branches/:branch{.+}', async (c) => {
    const path = `/repos/${fullName}/branches/${c.req.param('branch')}`;
    const { status, body } = await emulator.ask(loginOf(c.get('bearer')), `GET ${path}`);
    const links = { self: `${url}${path}`, html: `${url}/${fullName}/tree/${c.req.param('branch')}` };
    if (status !== 200) return c.json(body as Json, status as 404);
    const { sha } = (body as { commit: { sha: string } }).commit;
    const { body: commit } = await emulator.ask(
      loginOf(c.get('bearer')),
      `GET /repos/${fullName}/commits/${sha}`,
    );
    const protection = { protection: {}, protection_url: `${url}${path}/protection` };
    return c.json({ ...(body as Json), commit, _links: links, ...protection } as Json);
  });
  app.get('/repos/:owner/:repo/collaborators/:username/permission', async (c) => {
    const login = c.req.param('username');
    const user = await userOf(bed, login);
    if (user.login !== login) return c.json({ message: 'Not Found' }, 404);
    const role = state.roles.get(login) ?? 'none';
    const permission = role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role;
    return c.json({ permission, role_name: role, user: { ...user, role_name: role } });
  });
}
