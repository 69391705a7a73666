import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from './emulator.ts';
import { badGateway, secondaryLimit } from './faults.ts';
import { type GitHub, OTHER_BOT, startGitHub } from './github.ts';
import { callGitHub, Person } from './person.ts';
import type { Permissions } from './tokens.ts';

let github: GitHub;
let wendy: Person;

beforeAll(async () => {
  github = await startGitHub();
  wendy = new Person(github, 'wendy');
  await wendy.push('main', { 'topology.yaml': lines(1, 2, 3, 4, 5, 6, 7, 8, 9) });
});
afterAll(() => github.close());

const lines = (...values: readonly (number | string)[]) => `${values.join('\n')}\n`;

/** A job with these permissions, and what the bed noted against its calls. */
async function asJob(permissions: Permissions, request: string, body?: Json) {
  const token = github.tokens.mint({ kind: 'job', permissions });
  return callGitHub(token, request.replace(' ', ` ${github.url}/repos/olga/net/`), body);
}

/** What the bed noted while `action` ran; noted means expected. */
async function noted(list: 'violations' | 'refusals', action: () => Promise<unknown>): Promise<string> {
  await action();
  return github[list].splice(0).join('\n');
}

describe('what GitHub refuses, the bed refuses', () => {
  it('an unknown token', async () => {
    const said = await noted('refusals', async () => {
      const { status } = await callGitHub('ghs_nobody', `GET ${github.url}/repos/olga/net`);
      expect(status).toBe(401);
    });
    expect(said).toContain('unknown token');
  });

  it('a call that the permissions of the job do not cover', async () => {
    const said = await noted('refusals', async () => {
      const { status, body } = await asJob({ contents: 'read' }, 'POST issues/1/comments', { body: 'x' });
      expect([status, (body as Json).message]).toEqual([403, 'Resource not accessible by integration']);
    });
    expect(said).toContain('not covered');
    expect((await asJob({ contents: 'read' }, 'GET contents/topology.yaml')).status).toBe(200);
    expect((await asJob({}, 'GET collaborators/wendy/permission')).status).toBe(200);
  });

  it.each([
    ['a path that is no operation', 'GET nowhere', undefined, 'is no operation'],
    ['an unknown query parameter', 'GET pulls?statee=open', undefined, 'statee'],
    ['a parameter of the wrong kind', 'GET pulls?per_page=ten', undefined, 'per_page'],
    [
      'an unknown name in a body',
      'POST check-runs',
      { name: 'n', head_sha: 'x', anotations: [] },
      'anotations',
    ],
    ['a missing name in a body', 'POST check-runs', { name: 'n' }, 'head_sha'],
    ['a value outside its list', 'POST deployments/1/statuses', { state: 'done' }, 'state'],
    ['a body where none belongs', 'PUT pulls/1/merge?x=1', {}, 'x'],
    ['a comment that is too long', 'POST issues/1/comments', { body: 'x'.repeat(65_537) }, '65536'],
    [
      'a status that says too much',
      'POST deployments/1/statuses',
      { state: 'success', description: 'x'.repeat(141) },
      '140',
    ],
    [
      '51 annotations',
      'POST check-runs',
      check(Array.from({ length: 51 }, () => annotation(1, 1))),
      'at most 50',
    ],
    ['a column on several lines', 'POST check-runs', check([annotation(1, 2)]), 'start_column'],
    ['a summary that is too long', 'POST check-runs', check([], 'x'.repeat(65_536)), '65535'],
  ])('%s', async (_name, request, body, reason) => {
    const all = {
      contents: 'write',
      checks: 'write',
      deployments: 'write',
      issues: 'write',
      'pull-requests': 'write',
    } as const;
    const said = await noted('violations', async () => {
      expect((await asJob(all, request, body)).status).toBeGreaterThanOrEqual(400);
    });
    expect(said).toContain(reason);
  });

  it('another version of the API, or none', async () => {
    const said = await noted('violations', async () => {
      const token = github.tokens.mint({ kind: 'person', login: 'wendy' });
      const headers = {
        authorization: `token ${token}`,
        'user-agent': 'x',
        'x-github-api-version': '2026-03-10',
      };
      expect((await fetch(`${github.url}/repos/olga/net`, { headers })).status).toBe(400);
    });
    expect(said).toContain('API version');
  });

  it('a deployment that would merge main, or wait for checks', async () => {
    const write = { deployments: 'write' } as const;
    const careless = [{ ref: 'main' }, { ref: 'main', auto_merge: false }];
    for (const body of careless) expect((await asJob(write, 'POST deployments', body)).status).toBe(409);
  });

  it('starting a workflow that is not there, or with inputs that it does not know', async () => {
    const actions = { actions: 'write' } as const;
    const start = (inputs: Json) =>
      asJob(actions, 'POST actions/workflows/k.yml/dispatches', {
        ref: 'main',
        inputs,
        return_run_details: true,
      });
    expect((await start({})).status).toBe(404);
    await wendy.push('main', {
      '.github/workflows/k.yml': 'on: { workflow_dispatch: { inputs: { command: {} } } }\n',
    });
    expect((await start({ comand: 'drift' })).status).toBe(422);
    const { status, body } = await start({ command: 'drift' });
    expect([status, Object.keys(body as Json)]).toEqual([200, ['workflow_run_id', 'run_url', 'html_url']]);
    expect(github.state.dispatches).toEqual([
      { workflow: 'k.yml', ref: 'main', inputs: { command: 'drift' } },
    ]);
  });
});

describe('what goes wrong', () => {
  it('a secondary limit, a bad gateway and a connection that is cut strike once each', async () => {
    github.faults.inject(/GET .*pulls/, secondaryLimit(1));
    github.faults.inject(/GET .*pulls/, badGateway);
    github.faults.inject(/GET .*pulls/, { kind: 'reset' });
    const limited = await wendy.call('GET pulls');
    expect([limited.status, limited.headers['retry-after']]).toEqual([403, '1']);
    await expect(wendy.call('GET pulls')).rejects.toThrow('JSON');
    await expect(wendy.call('GET pulls')).rejects.toThrow('fetch failed');
    expect((await wendy.call('GET pulls')).status).toBe(200);
  });

  it('a fault that nobody met, what GitHub forbids, and to whom, is said at the end', async () => {
    const other = await startGitHub();
    other.faults.inject(/never/, badGateway);
    await new Person(other, 'wendy').call('GET pulls?statee=open');
    const token = other.tokens.mint({ kind: 'job', permissions: { contents: 'read' } });
    await callGitHub(token, `GET ${other.url}/repos/olga/net/pulls`);
    await expect(other.close()).rejects.toThrow(/statee[^]*\/pulls: not covered[^]*never/);
  });
});

describe('pull requests follow their branches', () => {
  it('shows the merge of both sides, against the tip of main', async () => {
    const pull = await wendy.openPull('two', { 'topology.yaml': lines(1, 'two', 3, 4, 5, 6, 7, 8, 9) });
    const tip = await wendy.push('main', { 'topology.yaml': lines(1, 2, 3, 4, 5, 6, 7, 'eight', 9) });
    const again = await wendy.pull(pull.number);
    expect((await github.git.files(again.merge_commit_sha)).get('topology.yaml')).toBe(
      lines(1, 'two', 3, 4, 5, 6, 7, 'eight', 9),
    );
    const { body } = await wendy.call(`GET git/commits/${again.merge_commit_sha}`);
    expect((body as { parents: { sha: string }[] }).parents.map(({ sha }) => sha)).toEqual([
      tip,
      again.head.sha,
    ]);
    expect((await wendy.call(`GET contents/topology.yaml?ref=refs/pull/${pull.number}/merge`)).status).toBe(
      200,
    );
  });

  it('makes the merge only when it has time, and none on a conflict', async () => {
    const pull = await wendy.openPull('three', {
      'topology.yaml': lines(1, 2, 'three', 4, 5, 6, 7, 'eight', 9),
    });
    github.state.mergeabilityDelays.left = 1;
    const mergeable = async () => ((await wendy.call(`GET pulls/${pull.number}`)).body as Json).mergeable;
    expect([await mergeable(), await mergeable()]).toEqual([null, true]);
    await wendy.push('main', { 'topology.yaml': lines(1, 2, 'drei', 4, 5, 6, 7, 'eight', 9) });
    expect(await mergeable()).toBe(false);
    expect((await wendy.call(`PUT pulls/${pull.number}/merge`, {})).status).toBe(405);
  });

  it('finds the pull request of a merge, and of a squash', async () => {
    for (const [method, line] of [
      ['merge', 'vier'],
      ['squash', 'funf'],
    ] as const) {
      const pull = await wendy.openPull(method, { [`${method}.txt`]: line });
      const sha = await wendy.merge(pull.number, method);
      const { body } = await wendy.call(`GET commits/${sha}/pulls`);
      expect((body as Json[]).map((each) => [each.number, each.merged_at !== null])).toEqual([
        [pull.number, true],
      ]);
      expect(await github.git.tip('heads/main')).toBe(sha);
    }
  });

  it('shows a fork without a branch of the repository', async () => {
    const sam = new Person(github, 'sam');
    const pull = await sam.openForkPull('strange', {
      'topology.yaml': lines('eins', 2, 'drei', 4, 5, 6, 7, 'eight', 9),
    });
    const { body } = await wendy.call(`GET pulls/${pull.number}`);
    const { head } = body as { head: { repo: { full_name: string }; sha: string } };
    expect([head.repo.full_name, head.sha]).toEqual(['sam/net', pull.head.sha]);
    expect((await github.git.files(pull.merge_commit_sha)).get('topology.yaml')).toContain('eins');
  });
});

describe('comments say who, and whether they were edited', () => {
  it('tells people, the job and other Apps apart', async () => {
    const pull = await wendy.openPull('comments', { 'a.txt': 'a' });
    await new Person(github, 'rita').comment(pull.number, 'from a reader');
    await asJob({ 'pull-requests': 'write' }, `POST issues/${pull.number}/comments`, {
      body: 'from the job',
    });
    await new Person(github, OTHER_BOT).comment(pull.number, 'from an impostor');
    const { body } = await wendy.call(`GET issues/${pull.number}/comments`);
    const shown = (body as { user: Json; performed_via_github_app: Json | null }[]).map((each) => [
      each.user.login,
      each.user.type,
      each.performed_via_github_app?.id,
    ]);
    expect(shown).toEqual([
      ['rita', 'User', undefined],
      ['github-actions[bot]', 'Bot', 15368],
      ['other-app[bot]', 'Bot', 900],
    ]);
  });

  it('shows an edit by its time', async () => {
    const pull = await wendy.openPull('edited', { 'b.txt': 'b' });
    const first = await wendy.comment(pull.number, 'first');
    expect(first.created_at).toBe(first.updated_at);
    const edited = await new Person(github, 'walter').edit(first.id, 'second');
    expect([edited.body, edited.user.login]).toEqual(['second', 'wendy']);
    expect(edited.updated_at > edited.created_at).toBe(true);
  });

  it('pages, with links', async () => {
    const pull = await wendy.openPull('many', { 'c.txt': 'c' });
    for (let each = 0; each < 3; each++) await wendy.comment(pull.number, String(each));
    const { body, headers } = await wendy.call(`GET issues/${pull.number}/comments?per_page=2`);
    expect([(body as Json[]).length, headers.link]).toEqual([2, expect.stringContaining('rel="next"')]);
    expect(headers.link).toContain(github.url);
  });
});

describe('records', () => {
  it('adds annotations to those of earlier requests', async () => {
    const checks = { checks: 'write' } as const;
    const head_sha = (await github.git.tip('heads/main'))!;
    const made = await asJob(checks, 'POST check-runs', { ...check([annotation(1, 1)]), head_sha });
    const { id } = made.body as { id: number };
    const { body } = await asJob(checks, `PATCH check-runs/${id}`, {
      output: check([annotation(3, 3)]).output,
    });
    expect((body as { output: Json }).output.annotations_count).toBe(2);
    expect(github.state.annotations.get(id)?.map(({ start_line }) => start_line)).toEqual([1, 3]);
  });

  it('keeps deployments and their statuses, newest first', async () => {
    const write = { deployments: 'write' } as const;
    for (const release of ['a', 'b']) {
      const body = {
        ref: 'main',
        auto_merge: false,
        required_contexts: [],
        environment: 'kuiil',
        payload: { release },
      };
      expect((await asJob(write, 'POST deployments', body)).status).toBe(201);
    }
    await asJob(write, 'POST deployments/2/statuses', { state: 'in_progress', description: 'staging' });
    await asJob(write, 'POST deployments/2/statuses', { state: 'success' });
    const { body } = await asJob(write, 'GET deployments?environment=kuiil&per_page=1');
    expect((body as { payload: Json }[]).map(({ payload }) => payload)).toEqual([{ release: 'b' }]);
    const statuses = (await asJob(write, 'GET deployments/2/statuses')).body as Json[];
    expect(statuses.map(({ state }) => state)).toEqual(['success', 'in_progress']);
  });

  it('keeps reactions, one of a kind for everybody', async () => {
    const pull = await wendy.openPull('react', { 'd.txt': 'd' });
    const { id } = await wendy.comment(pull.number, '/kuiil drift');
    const react = () =>
      asJob({ issues: 'write' }, `POST issues/comments/${id}/reactions`, { content: 'eyes' });
    expect([(await react()).status, (await react()).status]).toEqual([201, 200]);
    expect(
      ((await asJob({ issues: 'read' }, `GET issues/comments/${id}/reactions`)).body as Json[]).length,
    ).toBe(1);
  });

  it('says from which branches an environment may be used', async () => {
    github.state.environments.set('kuiil', { branches: ['main'] });
    const read = { actions: 'read' } as const;
    const { body } = await asJob(read, 'GET environments/kuiil');
    expect((body as Json).deployment_branch_policy).toEqual({
      protected_branches: false,
      custom_branch_policies: true,
    });
    const policies = (await asJob(read, 'GET environments/kuiil/deployment-branch-policies')).body as {
      branch_policies: Json[];
    };
    expect(policies.branch_policies.map(({ name }) => name)).toEqual(['main']);
    expect((await asJob(read, 'GET environments/none')).status).toBe(404);
  });

  it('sends a large file only when it is asked for raw', async () => {
    await wendy.push('large', { 'large.yaml': 'x'.repeat(1024 * 1024 + 1) });
    const { body } = await wendy.call('GET contents/large.yaml?ref=large');
    expect([(body as Json).content, (body as Json).encoding]).toEqual(['', 'none']);
  });
});

function annotation(start_line: number, end_line: number): Json {
  return {
    path: 'topology.yaml',
    start_line,
    end_line,
    start_column: 1,
    annotation_level: 'failure',
    message: 'm',
  };
}

function check(annotations: readonly Json[], summary = 's') {
  return {
    name: 'kuiil',
    head_sha: 'f'.repeat(40),
    status: 'completed',
    conclusion: 'failure',
    output: { title: 't', summary, annotations },
  };
}
