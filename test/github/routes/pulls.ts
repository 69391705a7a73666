import { type App, type Bed, loginOf, nowSeconds, time, userOf } from '../bed.ts';
import type { Json } from '../emulator.ts';
import { pathOf } from './comments.ts';

const LIST = '/repos/:owner/:repo/pulls';
const ONE = `${LIST}/:number{[0-9]+}`;

/** A pull request as the emulator shows it; its commits never move there. */
interface Pull extends Json {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly head: {
    readonly ref: string;
    readonly sha: string;
    readonly repo: { readonly full_name: string };
  };
  readonly base: { readonly ref: string; readonly sha: string };
}

/** Pull requests that follow their branches, with GitHub's test merge, and the merge itself. */
export function pullRoutes(app: App, bed: Bed): void {
  const { emulator, state, git } = bed;
  app.get(LIST, async (c) => {
    const answer = await emulator.ask(loginOf(c.get('bearer')), `GET ${pathOf(c.req.url)}`);
    const pulls = await Promise.all((answer.body as Pull[]).map((each) => followPull(bed, each)));
    return c.json(pulls, 200, answer.headers);
  });
  app.get(ONE, async (c) => {
    const { status, body } = await emulator.ask(loginOf(c.get('bearer')), `GET ${pathOf(c.req.url)}`);
    if (status !== 200) return c.json(body as Json, status as 404);
    return c.json(await withTestMerge(bed, await followPull(bed, body as Pull)));
  });
  app.post(LIST, async (c) => {
    const by = loginOf(c.get('bearer'));
    const { status, body } = await emulator.ask(by, `POST ${pathOf(c.req.url)}`, await c.req.json());
    if (status !== 201) return c.json(body as Json, status as 422);
    // A fork's commits are not here before somebody has brought them.
    const pull = await followPull(bed, body as Pull);
    const isFork = pull.head.repo.full_name !== bed.fullName;
    return c.json(isFork ? { ...pull, mergeable: null } : await withTestMerge(bed, pull), 201);
  });
  app.put(`${ONE}/merge`, async (c) => {
    const by = loginOf(c.get('bearer'));
    const number = Number(c.req.param('number'));
    const { merge_method: method } = await c.req.json<{ merge_method?: string }>();
    const pull = await followPull(
      bed,
      (await emulator.ask(by, `GET ${pathOf(c.req.url).replace('/merge', '')}`)).body as Pull,
    );
    const base = (await git.tip(`heads/${pull.base.ref}`))!;
    const files = await git.merged(base, pull.head.sha);
    if (!files) return c.json({ message: 'Pull Request is not mergeable' }, 405);
    const sha = await git.commit({
      message: method === 'squash' ? pull.title : `Merge pull request #${number}`,
      files,
      parents: method === 'squash' ? [base] : [base, pull.head.sha],
      author: { name: by, email: `${by}@example.com`, date: time(nowSeconds()) },
    });
    await git.point(`heads/${pull.base.ref}`, sha);
    state.merges.set(number, { sha, at: time(nowSeconds()), by: await userOf(bed, by) });
    state.pulls.set(number, { base, head: pull.head.sha });
    await emulator.ask(by, `PATCH ${pathOf(c.req.url).replace('/merge', '')}`, { state: 'closed' });
    return c.json({ sha, merged: true, message: 'Pull Request successfully merged' });
  });
  app.get('/repos/:owner/:repo/commits/:sha/pulls', async (c) => {
    const all = await emulator.ask(
      loginOf(c.get('bearer')),
      `GET /repos/${bed.fullName}/pulls?state=all&per_page=100`,
    );
    const found: Json[] = [];
    for (const each of all.body as Pull[]) {
      const pull = await followPull(bed, each);
      const base = state.pulls.get(each.number)?.base ?? each.base.sha;
      const commits = [...(await git.between(base, pull.head.sha)), state.merges.get(each.number)?.sha];
      if (commits.includes(c.req.param('sha'))) found.push(pull);
    }
    return c.json(found);
  });
}

async function followPull({ state, git, fullName }: Bed, pull: Pull): Promise<Pull> {
  const merge = state.merges.get(pull.number);
  const known = state.pulls.get(pull.number);
  const isFork = pull.head.repo.full_name !== fullName;
  const tip = isFork ? await git.tip(`pull/${pull.number}/head`) : await git.tip(`heads/${pull.head.ref}`);
  const head = merge ? known!.head : (tip ?? pull.head.sha);
  return {
    ...pull,
    head: { ...pull.head, sha: head },
    ...(merge ? { merged: true, merged_at: merge.at, merged_by: merge.by, merge_commit_sha: merge.sha } : {}),
  };
}

/** Makes `refs/pull/N/merge` as GitHub does, when somebody looks at the pull request; no ref on a conflict. */
async function withTestMerge(bed: Bed, pull: Pull): Promise<Json> {
  const { state, git } = bed;
  if (pull.state !== 'open') return { ...pull, mergeable: null };
  if (state.mergeabilityDelays.left-- > 0) return { ...pull, mergeable: null, mergeable_state: 'unknown' };
  const base = (await git.tip(`heads/${pull.base.ref}`))!;
  await git.point(`pull/${pull.number}/head`, pull.head.sha);
  const files = await git.merged(base, pull.head.sha);
  if (!files) return { ...pull, mergeable: false, mergeable_state: 'dirty', merge_commit_sha: null };
  const sha = await git.commit({
    message: `Merge ${pull.head.sha} into ${base}`,
    files,
    parents: [base, pull.head.sha],
    author: { name: 'GitHub', email: 'noreply@github.com', date: '2026-01-01T00:00:00Z' },
  });
  await git.point(`pull/${pull.number}/merge`, sha);
  return { ...pull, mergeable: true, mergeable_state: 'clean', merge_commit_sha: sha };
}
