import { type App, type Bed, isAdmin } from '../bed.ts';
import type { Json } from '../emulator.ts';

/** Rulesets on the default branch, which are the only ones here. */
export function rulesetRoutes(app: App, bed: Bed): void {
  const { state, fullName } = bed;
  app.get('/repos/:owner/:repo/rules/branches/:branch{.+}', (c) =>
    c.json(
      state.rulesets.flatMap((ruleset, index) =>
        (ruleset.rules as Json[]).map((rule) => ({
          ...rule,
          ruleset_source_type: 'Repository',
          ruleset_source: fullName,
          ruleset_id: index + 1,
        })),
      ),
    ),
  );
  app.post('/repos/:owner/:repo/rulesets', async (c) => {
    if (!isAdmin(bed, c.get('bearer'))) return c.json({ message: 'Not Found' }, 404);
    const ruleset = await c.req.json<Json>();
    if (state.rulesets.some(({ name }) => name === ruleset.name))
      return c.json({ message: 'Validation Failed', errors: ['Name must be unique'] }, 422);
    state.rulesets.push(ruleset);
    return c.json({ id: state.rulesets.length, source: fullName, ...ruleset } as Json, 201);
  });
}
