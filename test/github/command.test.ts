import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS_HELP } from '../../src/app/command/grammar.ts';
import { GROWN, KEYS, TOPOLOGY } from './action/scene.ts';
import { Events } from './events.ts';
import { holds } from './expression.ts';
import { type GitHub, OTHER_BOT, startGitHub } from './github.ts';
import { runJob } from './job.ts';
import { Person, type Pull } from './person.ts';
import { readWorkflow } from './workflows/files.ts';

let github: GitHub;
let wendy: Person;
let pull: Pull;
let open: Pull;
beforeAll(async () => {
  github = await startGitHub();
  wendy = new Person(github, 'wendy');
  const workflow = readFileSync('examples/workflows/kuiil.yml', 'utf8');
  await wendy.push('main', {
    '.github/workflows/kuiil.yml': workflow,
    'topology.yaml': TOPOLOGY,
    'topology.keys.yaml': KEYS,
  });
  pull = await wendy.openPull('words', { 'README.md': '# words\n' });
  await wendy.merge(pull.number);
  open = await wendy.openPull('grown', { 'topology.yaml': GROWN });
});
afterAll(() => github.close());

/** What a comment makes of the job, and what it starts. */
async function say(person: Person, body: string, { number } = pull) {
  const before = github.state.dispatches.length;
  const comment = await person.comment(number, body);
  const event = await new Events(github, person).issueComment(number, comment);
  const { code, log } = await runJob({ github, workflow: 'kuiil-command', job: 'command', event });
  const reactions = (github.state.reactions.get(comment.id) ?? []).map(({ content }) => content);
  return { code, log, reactions, started: github.state.dispatches.slice(before) };
}

const STARTED: [words: string, job: string, inputs: object][] = [
  ['/kuiil rollback previous', 'rollback', { command: 'rollback', to: 'previous' }],
  ['/kuiil drift', 'drift', { command: 'drift' }],
  ['/kuiil heal', 'drift', { command: 'heal' }],
  ['/kuiil freeze the rack moves', 'freeze', { command: 'freeze', reason: 'the rack moves' }],
  ['/kuiil unfreeze', 'freeze', { command: 'unfreeze' }],
  ['/kuiil rehearse', 'rehearse', { command: 'rehearse' }],
];
const ANSWERED = ['/kuiil plan', '/kuiil accept CODE DIGEST'];

it('is tried here for each command that help offers', () => {
  const tried = [...STARTED.map(([words]) => words), ...ANSWERED, '/kuiil deploy'];
  const verb = (words: string) => words.split(' ')[1];
  expect(new Set(tried.map(verb))).toEqual(new Set(COMMANDS_HELP.map(([words]) => verb(words))));
});

describe('/kuiil plan', () => {
  it('plans where it is asked for, under the name that plans have', async () => {
    const { code, log, reactions, started } = await say(wendy, '/kuiil plan', open);
    expect(code, log).toBe(0);
    expect([started, reactions]).toEqual([[], ['eyes', '+1']]);
    const bodies = (await wendy.comments(open.number)).map(({ body }) => body);
    expect(bodies.filter((body) => body.startsWith('<!-- kuiil plan '))).toEqual([
      expect.stringContaining('10.98.0.0/16'),
    ]);
    expect(bodies.at(-1)).toMatch(/^`\/kuiil plan`: /);
  });

  it('is answered with the reason where there is nothing to plan', async () => {
    await wendy.push('main', { 'topology.yaml': TOPOLOGY.replace('10.97.0.0/16', '10.99.0.0/16') });
    await say(wendy, '/kuiil plan', open);
    expect((await wendy.comments(open.number)).at(-1)!.body).toContain('conflicts with main');
  });
});

describe('/kuiil accept', () => {
  it('is noted, and judged when it is deployed', async () => {
    const { started, reactions } = await say(wendy, `/kuiil accept hub-key ${'a'.repeat(64)}`, open);
    expect([started, reactions]).toEqual([[], ['eyes', '+1']]);
  });
});

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

  it.each(STARTED)('knows as well what %s tells it, by its job %s', async (words, job, inputs) => {
    const { started, log } = await say(wendy, words, job === 'rehearse' ? open : pull);
    expect(
      started.map((each) => each.inputs),
      log,
    ).toEqual([expect.objectContaining(inputs)]);
    const contexts = { github: { event_name: 'workflow_dispatch' }, inputs: started[0]!.inputs };
    const jobs = Object.entries(readWorkflow('examples/workflows/kuiil.yml').jobs);
    const begun = jobs.filter((each) => each[0] !== 'report' && holds(each[1].if, contexts, true));
    expect(begun.map(([name]) => name)).toEqual([job]);
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
