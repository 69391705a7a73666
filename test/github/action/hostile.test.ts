import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEYS, Scene, TOPOLOGY } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open();
});
afterAll(() => scene.github.close());

/** What somebody who writes a topology may try to have done in his name. The runner of the tests fails on a command that it does not know. */
const HOSTILE = [
  '"\\n::set-output name=outcome::pwned\\n"',
  '"::stop-commands::x"',
  '"##[error]pwned"',
  '"@olga ![x](https://evil.example/p.png) <img src=x onerror=alert(1)>"',
  '"```\\n</details><h1>pwned"',
  '"\\u202Epwned\\u0007"',
];

describe('hostile text in a topology', () => {
  it('is inert in the comment, the check, the summary and the log', async () => {
    const names = HOSTILE.map((name, i) => `      ${name}: 192.168.100.${i + 50}\n`).join('');
    const pull = await scene.wendy.openPull('hostile', {
      'topology.yaml': TOPOLOGY.replace('    nodes:\n', `    nodes:\n${names}`).replace(
        'name: two-clusters',
        `name: ${HOSTILE[3]}`,
      ),
    });
    const { code, log, summary, outputs } = await scene.plan(pull);
    expect({ code, outcome: outputs.outcome }).toEqual({ code: 1, outcome: 'invalid' });
    const [comment] = await scene.ours(pull);
    const check = await scene.check(pull.head.sha);
    for (const text of [comment!.body, summary, check.summary, check.title]) {
      expect(text).not.toMatch(/@olga|<img|!\[x\]|<h1>|\p{Cc}(?<![\n\t])|\p{Cf}(?<!\u200B)/u);
    }
    for (const { message } of check.annotations) expect(message).not.toMatch(/\p{Cf}|\p{Cc}(?<!\n)/u);
    expect(log).not.toMatch(/^\s*::|##\[/m);
    expect(check.annotations.length).toBeGreaterThanOrEqual(HOSTILE.length);
  });

  it('is inert where the job may only read and the log has the annotations', async () => {
    const pull = await scene.wendy.pull(1);
    const event = await scene.events.pullRequest(pull.number);
    const { log, annotations } = await scene.plan(pull, {
      event,
      permissions: { contents: 'read', 'pull-requests': 'read' },
    });
    // The check, which it may not write.
    expect(scene.github.refusals.splice(0)).toHaveLength(1);
    expect(annotations.filter(({ level }) => level === 'error').length).toBeGreaterThan(1);
    expect(annotations.every(({ file }) => file === undefined || file === 'topology.yaml')).toBe(true);
    // What an annotation says is shown, and not read once more.
    expect(log.replaceAll(/^error: .*$/gm, '')).not.toMatch(/^\s*::|##\[/m);
  });

  it('is inert in the names of files', async () => {
    const folder = '::error::@olga [x](y) ##[group]';
    const pull = await scene.wendy.openPull('folder', {
      [`${folder}/topology.yaml`]: TOPOLOGY,
      [`${folder}/topology.keys.yaml`]: KEYS,
    });
    const { code, log, summary, annotations } = await scene.plan(pull, {
      inputs: { topology: '*/topology.yaml' },
    });
    expect(code, log).toBe(0);
    expect(annotations).toEqual([]);
    const [comment] = await scene.ours(pull);
    for (const text of [comment!.body, summary]) expect(text).not.toMatch(/@olga|\[x\]\(y\)/);
    expect(log).not.toMatch(/^\s*::|##\[/m);
  });
});

describe('a file with more errors than anybody reads', () => {
  it('costs a few requests, and is told with their number', async () => {
    const nodes = Array.from({ length: 8000 }, (_, i) => `      X${i}: 1\n`).join('');
    const pull = await scene.wendy.openPull('flood', {
      'topology.yaml': TOPOLOGY.replace('    nodes:\n', `    nodes:\n${nodes}`),
    });
    const before = scene.github.requests.length;
    const { code, log, summary } = await scene.plan(pull);
    expect({ code, requests: scene.github.requests.length - before < 60 }, log.slice(-500)).toEqual({
      code: 1,
      requests: true,
    });
    const { annotations, title } = await scene.check(pull.head.sha);
    expect(annotations).toHaveLength(250);
    expect(title).toBe('16000 errors');
    expect(log.length).toBeLessThan(2_000_000);
    expect(summary).toContain('16,000 errors');
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
  });
});

describe('what is no plain file', () => {
  const tree = async (entries: readonly object[]): Promise<string> => {
    const { bed, git } = scene.github;
    const ask = async (request: string, body: object): Promise<string> => {
      const answer = await bed.emulator.ask('olga', request.replace(' ', ' /repos/olga/net/'), body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      return (answer.body as { sha: string }).sha;
    };
    const parent = (await git.tip('heads/main'))!;
    const sha = await ask('POST git/trees', { tree: entries });
    const commit = await ask('POST git/commits', { message: 'm', tree: sha, parents: [parent] });
    await git.point('heads/odd', commit);
    return commit;
  };

  it('is refused: a link', async () => {
    const head = await tree([{ path: 'link.yaml', mode: '120000', type: 'blob', content: '/etc/passwd' }]);
    const pull = await scene.wendy.openPull('any', { 'README.md': 'x' });
    const event = await scene.events.mergeGroup(head);
    const { code, log } = await scene.plan(pull, { event, inputs: { topology: 'link.yaml' } });
    expect(code).toBe(1);
    expect(log).toContain('symbolic link');
  });

  const blob = (path: string, content: string) => ({ path, mode: '100644', type: 'blob', content });
  const link = (path: string, content: string) => ({ path, mode: '120000', type: 'blob', content });

  it.each([
    [
      'a keys file that is a link',
      [blob('t.yaml', TOPOLOGY), link('t.keys.yaml', '/etc/shadow')],
      't.yaml',
      'symbolic link',
    ],
    ['a folder on the way that is a link', [link('nets', '/etc')], 'nets/topology.yaml', 'there is no file'],
    ['a folder in its place', [blob('t.yaml/x', 'x')], 't.yaml', 'there is no file'],
    [
      'a link that a pattern finds',
      [link('nets/a/topology.yaml', '../../topology.yaml')],
      'nets/*/topology.yaml',
      'symbolic link',
    ],
    [
      'a name that turns round',
      [blob('nets/\u202Egpj/topology.yaml', TOPOLOGY)],
      'nets/*/topology.yaml',
      'cannot be seen',
    ],
    [
      'a name with a line break',
      [blob('nets/a\n::error::b/topology.yaml', TOPOLOGY)],
      'nets/*/topology.yaml',
      'cannot be seen',
    ],
    [
      'a path that leaves the repository',
      [blob('x', 'x')],
      '../topology.yaml',
      'no path inside the repository',
    ],
  ])('is refused: %s', async (_, entries, topology, words) => {
    const head = await tree(entries);
    const pull = await scene.wendy.pull(1);
    const event = await scene.events.mergeGroup(head);
    const { code, log, summary, annotations } = await scene.plan(pull, { event, inputs: { topology } });
    expect(code, log).toBe(1);
    expect(log).toContain(words);
    expect(`${log.replaceAll(/^error: .*$/gm, '')}${summary}`).not.toMatch(/^\s*::|\p{Cf}|root:/mu);
    expect(annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('is refused: more than 4 MiB; a megabyte and a half is read', async () => {
    const pad = (bytes: number) => `${'# padding padding padding padding\n'.repeat(bytes / 34)}${TOPOLOGY}`;
    for (const [bytes, expected] of [
      [1_500_000, 0],
      [4_400_000, 1],
    ] as const) {
      const pull = await scene.wendy.openPull(`large-${bytes}`, { 'topology.yaml': pad(bytes) });
      const { code, log } = await scene.plan(pull);
      expect(code, log).toBe(expected);
    }
  });
});
