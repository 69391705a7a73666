import { parse } from 'yaml';
import type { App, Bed } from '../bed.ts';
import type { Json } from '../emulator.ts';

/** Starting a workflow by hand: it has to be there, to allow it, and to know the inputs. */
export function dispatchRoutes(app: App, bed: Bed): void {
  const { state, git, url, fullName } = bed;
  app.post('/repos/:owner/:repo/actions/workflows/:workflow/dispatches', async (c) => {
    const workflow = c.req.param('workflow');
    const {
      ref,
      inputs = {},
      return_run_details,
    } = await c.req.json<{
      ref: string;
      inputs?: Json;
      return_run_details?: boolean;
    }>();
    const tip = await git.tip(`heads/${ref.replace(/^refs\/heads\//, '')}`);
    if (tip === undefined) return c.json({ message: `No ref found for: ${ref}` }, 422);
    const text = (await git.files(tip)).get(`.github/workflows/${workflow}`);
    if (text === undefined) return c.json({ message: 'Not Found' }, 404);
    const { on } = parse(text) as { on: Json };
    if (on.workflow_dispatch === undefined) {
      return c.json({ message: "Workflow does not have 'workflow_dispatch' trigger" }, 422);
    }
    const known = ((on.workflow_dispatch as Json | null)?.inputs ?? {}) as Json;
    const unknown = Object.keys(inputs).filter((name) => !(name in known));
    if (unknown.length > 0)
      return c.json({ message: `Unexpected inputs provided: ${JSON.stringify(unknown)}` }, 422);
    const wrong = Object.entries(inputs).find(([name, value]) => {
      const { options } = (known[name] ?? {}) as { readonly options?: readonly unknown[] };
      return options !== undefined && !options.includes(value);
    });
    if (wrong) {
      const [name, value] = wrong;
      return c.json(
        {
          message: `Provided value '${String(value)}' for input '${name}' not in the list of allowed values`,
        },
        422,
      );
    }
    state.dispatches.push({ workflow, ref, inputs });
    if (return_run_details !== true) return c.body(null, 204);
    const id = 5000 + state.dispatches.length;
    return c.json({
      workflow_run_id: id,
      run_url: `${url}/repos/${fullName}/actions/runs/${id}`,
      html_url: `${url}/${fullName}/actions/runs/${id}`,
    });
  });
}
