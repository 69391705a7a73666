import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Events } from './events.ts';
import { type GitHub, OTHER_BOT, startGitHub } from './github.ts';
import { runJob } from './job.ts';
import { Person, type Pull } from './person.ts';

let github: GitHub;
let wendy: Person;
let pull: Pull;
beforeAll(async () => {
  github = await startGitHub();
  wendy = new Person(github, 'wendy');
  const workflow = readFileSync('examples/workflows/kuiil.yml', 'utf8');
  await wendy.push('main', { '.github/workflows/kuiil.yml': workflow });
  pull = await wendy.openPull('words', { 'README.md': '# words\n' });
  await wendy.merge(pull.number);
});
afterAll(() => github.close());

/** What a comment makes of the job, and what it starts. */
async function say(person: Person, body: string) {
  const before = github.state.dispatches.length;
  const comment = await person.comment(pull.number, body);
  const event = await new Events(github, person).issueComment(pull.number, comment);
  const { code, log } = await runJob({ github, workflow: 'kuiil-command', job: 'command', event });
  const reactions = (github.state.reactions.get(comment.id) ?? []).map(({ content }) => content);
  return { code, log, reactions, started: github.state.dispatches.slice(before) };
}

describe('/kuiil deploy', () => {
  it('of a writer starts the workflow, which knows what it is told', async () => {
    const { code, log, reactions, started } = await say(wendy, '/kuiil deploy');
    expect(code, log).toBe(0);
    expect(reactions.length).toBeGreaterThan(0);
    expect(started, log).toEqual([
      {
        workflow: 'kuiil.yml',
        ref: 'main',
        inputs: expect.objectContaining({ command: 'deploy' }) as object,
      },
    ]);
  });

  it.each([
    ['/kuiil rollback previous', { command: 'rollback', to: 'previous' }],
    ['/kuiil drift', { command: 'drift' }],
    ['/kuiil heal', { command: 'heal' }],
    ['/kuiil freeze the rack moves', { command: 'freeze', reason: 'the rack moves' }],
    ['/kuiil unfreeze', { command: 'unfreeze' }],
  ])('knows as well what %s tells it', async (words, inputs) => {
    const { started, log } = await say(wendy, words);
    expect(
      started.map((each) => each.inputs),
      log,
    ).toEqual([expect.objectContaining(inputs)]);
  });

  it('is refused with words where the workflow does not offer it', async () => {
    const file = '.github/workflows/kuiil.yml';
    const now = (await github.git.files('main')).get(file)!;
    await wendy.push('main', { [file]: now.replace(', heal, ', ', ') });
    const { code, started, reactions, log } = await say(wendy, '/kuiil heal');
    expect({ code, started }, log).toEqual({ code: 0, started: [] });
    expect(reactions).toContain('confused');
    expect((await wendy.comments(pull.number)).at(-1)?.body).toContain('does not offer `heal`');
  });

  it.each(['rita', 'sam', OTHER_BOT])('of %s starts nothing', async (login) => {
    expect((await say(new Person(github, login), '/kuiil deploy')).started).toEqual([]);
  });
});
