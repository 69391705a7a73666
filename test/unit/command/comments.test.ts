import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  answerComment,
  type CommandComment,
  type CommandPorts,
} from '../../../src/app/command/answer-comment.ts';
import { COMMANDS_HELP, readComment } from '../../../src/app/command/grammar.ts';

const DIGEST = 'a'.repeat(64);

describe('the grammar of comments', () => {
  it.each([
    ['/kuiil plan', { verb: 'plan' }],
    ['\n/kuiil   rehearse  \n\nplease', { verb: 'rehearse' }],
    ['/kuiil', { verb: 'help' }],
    ['/kuiil rollback previous', { verb: 'rollback', to: 'previous' }],
    [`/kuiil rollback ${DIGEST}`, { verb: 'rollback', to: DIGEST }],
    ['/kuiil freeze the hub moves on Monday', { verb: 'freeze', reason: 'the hub moves on Monday' }],
    [`/kuiil accept hub-key ${DIGEST}`, { verb: 'accept', acceptances: [`hub-key@${DIGEST}`] }],
  ])('understands %j', (body, asked) => {
    expect(readComment(body)).toEqual(asked);
  });

  it.each([
    '> /kuiil deploy',
    '```\n/kuiil deploy\n```',
    '    /kuiil deploy',
    'I would say /kuiil deploy',
    'please\n/kuiil deploy',
    '`/kuiil deploy`',
    '/kuiildeploy',
    '/KUIIL deploy',
    '<!-- /kuiil deploy -->',
    '',
  ])('takes nothing from %j', (body) => {
    expect(readComment(body)).toBeUndefined();
  });

  it.each([
    '/kuiil deplyo',
    '/kuiil deploy now',
    '/kuiil rollback --force',
    '/kuiil rollback previous; id',
    '/kuiil freeze',
    '/kuiil accept hub-key',
    '/kuiil accept hub-key abc',
    `/kuiil accept hub-key ${DIGEST}\nbecause I say so`,
  ])('says what is wrong with %j', (body) => {
    expect(readComment(body)).toEqual({ wrong: expect.any(String) });
  });

  it('has help for each command', () => {
    for (const [command] of COMMANDS_HELP) {
      const text = command.replace('CODE DIGEST', `hub-key ${DIGEST}`).replace('REASON', 'a reason');
      expect(readComment(text), text).toHaveProperty('verb');
    }
  });
});

it('is in the docs for each command', () => {
  const docs = readFileSync('docs/action.md', 'utf8');
  for (const [command] of COMMANDS_HELP) {
    const verb = command.split(' ')[1]!;
    expect(docs).toMatch(new RegExp(`^\\| .*(?:/kuiil |, \`)${verb}`, 'm'));
  }
});

/** A pull request with one comment on it, and all that is done to it. */
function scene(change: Partial<CommandComment> = {}, isMerged = false) {
  const did: string[] = [];
  const reactions = new Set<string>();
  const comment: CommandComment = {
    id: 7,
    body: '/kuiil rehearse',
    author: { login: 'writer', isPerson: true },
    app: undefined,
    isEdited: false,
    isHidden: false,
    createdAt: 1_000_000,
    ...change,
  };
  const ports: CommandPorts = {
    comment: async (id) => (id === comment.id ? comment : undefined),
    pullRequest: async (number) => ({ number, head: 'h', base: 'main', isMergeable: true, isMerged }),
    authority: { mayWrite: async (login) => login === 'writer' },
    async react(_, reaction) {
      if (reactions.has(reaction)) return false;
      reactions.add(reaction);
      did.push(reaction);
      return true;
    },
    reply: async (number, body) => void did.push(`reply ${number} ${body.split('\n')[0]}`),
    async plan({ number, head }) {
      return `#${number} at ${head} <changes>`;
    },
    async dispatch(inputs) {
      did.push(`dispatch ${JSON.stringify(inputs)}`);
      return 'https://example.org/run/1';
    },
    today: () => 1_000_000 + 60_000,
  };
  return { did, answer: (id = 7) => answerComment({ pullRequest: 3, comment: id }, ports) };
}

describe('a comment that asks for something', () => {
  it('starts one run, says so, and links it', async () => {
    const { did, answer } = scene();
    expect(await answer()).toEqual({ kind: 'started', run: 'https://example.org/run/1' });
    expect(did).toEqual([
      'eyes',
      'dispatch {"command":"rehearse","pull-request":"3"}',
      'rocket',
      'reply 3 `/kuiil rehearse` runs: https://example.org/run/1',
    ]);
  });

  it('is planned where it was asked, without starting anything', async () => {
    const { did, answer } = scene({ body: '/kuiil plan' });
    expect(await answer()).toEqual({ kind: 'answered' });
    expect(did).toEqual(['eyes', '+1', 'reply 3 `/kuiil plan`: &#35;&#8203;3 at h &#60;changes&#62;']);
  });

  it('starts nothing the second time, also when two deliveries come at once', async () => {
    const { did, answer } = scene();
    const outcomes = await Promise.all([answer(), answer()]);
    await answer();
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['ignored', 'started']);
    expect(did.filter((each) => each.startsWith('dispatch'))).toHaveLength(1);
  });

  it.each([
    ['a bot', { author: { login: 'writer', isPerson: false } }],
    ['an app in the name of a person', { app: 5 }],
    ['a reader', { author: { login: 'reader', isPerson: true } }],
    ['somebody, and was edited', { isEdited: true }],
    ['somebody, and was hidden', { isHidden: true }],
    ['somebody, long ago', { createdAt: 1_000_000 - 16 * 60_000 }],
    ['somebody who asks for nothing', { body: 'hello' }],
  ])('by %s does nothing, and leaves no trace', async (_, change) => {
    const { did, answer } = scene(change);
    expect((await answer()).kind).toBe('ignored');
    expect(did).toEqual([]);
  });

  it('that is gone does nothing', async () => {
    const { did, answer } = scene();
    expect((await answer(8)).kind).toBe('ignored');
    expect(did).toEqual([]);
  });

  it.each([
    ['/kuiil deploy', false],
    ['/kuiil plan', true],
    ['/kuiil frobnicate', false],
  ])('is refused with a reason: %s', async (body, isMerged) => {
    const { did, answer } = scene({ body }, isMerged);
    expect((await answer()).kind).toBe('refused');
    expect(did.map((each) => each.split(' ')[0])).toEqual(['eyes', 'confused', 'reply']);
    expect(did[2]).toContain('@writer');
  });

  it('is deployed after the merge', async () => {
    expect((await scene({ body: '/kuiil deploy' }, true).answer()).kind).toBe('started');
  });

  it('accepts without a run, since it is judged when it is deployed', async () => {
    const { did, answer } = scene({ body: `/kuiil accept hub-key ${DIGEST}` });
    expect((await answer()).kind).toBe('answered');
    expect(did).toEqual(['eyes', '+1']);
  });

  it('cannot put markup or a mention into the reply', async () => {
    const { did, answer } = scene({ body: '/kuiil `x` <img src=x> @everyone' });
    await answer();
    expect(did[2]).not.toMatch(/<img|@everyone/);
  });
});
