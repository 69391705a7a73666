import { type App, type Bed, isAdmin } from '../bed.ts';
import type { Json } from '../emulator.ts';

const PERMISSIONS = '/repos/:owner/:repo/actions/permissions';
const TIMES = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };

/** What of Actions an owner sets: whether they run, which of them, with what rights; and which workflows are on. */
export function actionsRoutes(app: App, bed: Bed): void {
  const { state, git, url, fullName } = bed;
  const { actions } = state;
  const settings = [
    ['', 'permissions'],
    ['/selected-actions', 'selected'],
    ['/workflow', 'tokens'],
  ] as const;
  app.use(`${PERMISSIONS}/*`, async (c, next) =>
    isAdmin(bed, c.get('bearer')) ? next() : c.json({ message: 'Must have admin rights' }, 403),
  );
  for (const [path, name] of settings) {
    app.get(PERMISSIONS + path, (c) => {
      const isChosen = actions.permissions.allowed_actions === 'selected';
      return name === 'selected' && !isChosen ? c.json({ message: 'Conflict' }, 409) : c.json(actions[name]);
    });
    app.put(PERMISSIONS + path, async (c) => {
      actions[name] = { ...actions[name], ...(await c.req.json<Json>()) };
      return c.body(null, 204);
    });
  }
  const workflows = async () => {
    const tip = await git.tip('heads/main');
    const files = tip === undefined ? new Map<string, string>() : await git.files(tip);
    return [...files.keys()].filter((path) => path.startsWith('.github/workflows/')).toSorted();
  };
  app.get('/repos/:owner/:repo/actions/workflows', async (c) => {
    const list = (await workflows()).map((path, index) => ({
      id: index + 1,
      node_id: `W_${index}`,
      name: path,
      path,
      state: state.workflowsOff.has(path) ? 'disabled_inactivity' : 'active',
      ...TIMES,
      url: `${url}/repos/${fullName}/actions/workflows/${index + 1}`,
      html_url: `${url}/${fullName}/blob/main/${path}`,
      badge_url: `${url}/${fullName}/workflows/${index + 1}/badge.svg`,
    }));
    return c.json({ total_count: list.length, workflows: list });
  });
  app.put('/repos/:owner/:repo/actions/workflows/:id/enable', async (c) => {
    const path = (await workflows())[Number(c.req.param('id')) - 1];
    if (path === undefined) return c.json({ message: 'Not Found' }, 404);
    state.workflowsOff.delete(path);
    return c.body(null, 204);
  });
}
