import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/adapters/terminal/program.ts';
import type { World } from '../../src/adapters/terminal/world.ts';
import { check } from '../../src/app/check.ts';
import { exitCode, type DeploymentOutcome } from '../../src/core/model/outcome.ts';
import { REASONS } from '../../src/core/model/proof.ts';
import { graphSvg } from '../../src/core/report/svg.ts';
import { example } from '../examples.ts';
import { expectGolden } from '../golden/golden.ts';

const PAGES = [
  ...readdirSync('.').filter((file) => file.endsWith('.md')),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
].map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** Verbs that a hint may speak of although this version does not have them. */
const NOT_YET: readonly string[] = [];

const page = (name: string) => PAGES.find(({ file }) => file === name)!.text;

interface Block {
  readonly file: string;
  readonly language: string;
  readonly text: string;
}

/** Fenced blocks, without the indentation that they have inside of a list. */
function blocks({ file, text }: (typeof PAGES)[number]): readonly Block[] {
  return [...text.matchAll(/^( *)```(\w+)[^\n]*\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent, language, inside]) => ({
      file,
      language: language!,
      text: inside!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

const BLOCKS = PAGES.flatMap(blocks);
const TOPOLOGIES = BLOCKS.filter(({ language, text }) => language === 'yaml' && /^version: /m.test(text));

/** Every command line of ours: the arguments behind `kuiil`, as a shell would split them. */
const COMMANDS = PAGES.flatMap(({ file, text }) => {
  const spans = [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, span]) => span!,
  );
  const lines = BLOCKS.filter(
    (block) => block.file === file && ['sh', 'console', 'bash', 'yaml'].includes(block.language),
  ).flatMap((block) => block.text.split('\n'));
  return [...spans, ...lines].flatMap((line) => {
    // Not the verb's synopsis, nor the first line of a host's answer.
    const command = /(?:^|[\s;&"])(?:kuiil|node dist\/cli\.js)((?: +[^\s|>#;&`]+)+)/.exec(line)?.[1]?.trim();
    return command === undefined || /[<…[]|^\d/.test(command) ? [] : [{ file, argv: command.split(/ +/) }];
  });
});

const nobody = () => Promise.reject(new Error('there is no world here'));

/** Runs the command line in a world without files: what it says is about the arguments alone. */
async function say(argv: readonly string[]): Promise<{ readonly exit: number; readonly text: string }> {
  let text = '';
  const output = { isTerminal: false, write: (more: string) => void (text += more) };
  const world: World = {
    env: {},
    stdout: output,
    stderr: output,
    files: { read: () => Promise.resolve(undefined), write: () => Promise.resolve() },
    clock: { now: () => 0, wait: nobody },
    signal: AbortSignal.abort(),
    version: '0',
    who: 'nobody',
    connect: nobody,
    readAtCommit: nobody,
    knownHosts: () => () => [],
    ownSsh: () => {
      throw new Error('nothing is dialled here');
    },
    keyring: () => {
      throw new Error('no key is asked for here');
    },
    confirm: undefined,
    cluster: () => Promise.resolve({ name: 'lab', get: () => Promise.resolve(undefined) }),
    admin: { read: () => Promise.resolve(undefined), write: nobody, giveSecret: nobody },
    githubApp: () =>
      Promise.resolve({
        registry: { convert: nobody, installation: nobody },
        openDoor: nobody,
        reserve: nobody,
        secret: () => '',
      }),
    configFolder: 'kuiil',
    webhook: ({ port }) => Promise.resolve({ port, stop: () => Promise.resolve() }),
    twin: nobody,
    release: () => Promise.resolve('a'.repeat(40)),
    today: () => '2026-11-28',
    transaction: () => '0',
  };
  return { exit: await run(argv, world), text };
}

/** What is wrong with a command line; undefined: nothing. What goes on to read a file has understood its arguments. */
async function misunderstood(argv: readonly string[]): Promise<string | undefined> {
  const { exit, text } = await say(argv);
  return exit !== 2 || text.startsWith('kuiil: there is no file ') ? undefined : text;
}

async function helpOf(...verb: readonly string[]): Promise<string> {
  return (await say([...verb, '--help'])).text;
}

async function verbs(): Promise<readonly string[]> {
  const [, listed] = (await helpOf()).split('Commands:');
  return [...listed!.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name!).filter((name) => name !== 'help');
}

describe('topologies in the docs', () => {
  it('are found', () => expect(TOPOLOGIES.map(({ file }) => file)).toContain('README.md'));

  it.each(TOPOLOGIES)('has a valid one: $file', ({ file, text }) => {
    const { value, diagnostics } = check({ topology: { file, bytes: new TextEncoder().encode(text) } });
    expect(diagnostics).toEqual([]);
    expect(value?.clusters.length).toBeGreaterThan(0);
  });
});

describe('commands in the docs', () => {
  it('are found', () => expect(COMMANDS.length).toBeGreaterThan(25));

  it.each(COMMANDS.filter(({ argv }) => !NOT_YET.includes(argv[0]!)))(
    'exists: kuiil $argv ($file)',
    async ({ argv }) => {
      expect(await misunderstood(argv)).toBeUndefined();
    },
  );

  it.each([
    [['deploi']],
    [['deploy', '--canry', 'hub']],
    [['graph', '--as', 'png']],
    [['deploy', '--only', 'x']],
    ...NOT_YET.map((verb) => [[verb]]),
  ])('is not understood: kuiil %s', async (argv) => {
    expect(await misunderstood(argv)).toBeDefined();
  });

  it.each(['demo', 'build', 'bench', 'test'])('that npm runs exist: %s', (name) => {
    expect(Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).scripts)).toContain(name);
  });
});

describe('docs/cli.md', () => {
  it('has a section for every verb, with each of its options', async () => {
    const common = ['--file', '--format', '--help'];
    for (const verb of await verbs()) {
      const section = page('docs/cli.md').split(`\n## ${verb}\n`)[1]?.split('\n## ')[0] ?? '';
      const options = [...(await helpOf(verb)).matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(
        ([, name]) => name!,
      );
      expect(options.length).toBeGreaterThan(2);
      for (const option of options.filter((name) => !common.includes(name)))
        expect(section, `${verb} in docs/cli.md`).toContain(`| \`${option}`);
    }
  });

  it('gives each outcome of a deployment its exit code', () => {
    const rows = [...page('docs/cli.md').matchAll(/^\| `(\w+)` +\| (\d) +\|/gm)];
    const outcomes = Object.fromEntries(rows.map(([, outcome, code]) => [outcome, Number(code)]));
    const all = [
      'confirmed',
      'unchanged',
      'planned',
      'refused',
      'unreachable',
      'incomplete',
      'reverted',
    ] as const;
    expect(outcomes).toEqual(
      Object.fromEntries(all.map((outcome: DeploymentOutcome) => [outcome, exitCode(outcome)])),
    );
  });
});

describe('docs/interruptions.md', () => {
  it('explains what the plan can call interrupting', () => {
    const source = readFileSync('src/core/diff/interruptions.ts', 'utf8');
    const codes = new Set([...source.matchAll(/code: '([\w-]+)'/g)].map(([, code]) => code!));
    expect(codes.size).toBeGreaterThan(3);
    for (const code of codes) expect(page('docs/interruptions.md')).toContain(`| \`${code}\``);
  });
});

describe('docs/proof.md', () => {
  it('explains every reason for which packets die, and no other', () => {
    const rows = [...page('docs/proof.md').matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, reason]) => reason!);
    expect(rows).toEqual([...REASONS]);
  });
});

describe('every page', () => {
  it.each(PAGES)('has links that lead somewhere: $file', (each) => {
    expect(brokenLinks(each)).toEqual([]);
  });

  it.each(PAGES)('stands alone: $file', ({ text }) => {
    // Paths of one developer's machine, package registries, trackers and notes that readers do not have.
    expect(text).not.toMatch(/(?:^|[\s`("'])\/(?:home|work|Users|root|mnt|workspace)\//m);
    expect(text).not.toMatch(/registry\.|\bnpmrc\b|verdaccio|artifactory|localhost:\d/i);
    expect(text).not.toMatch(/\b(?:issue|trap) #?\d|(?:traps|experiments|dependencies)\.md/i);
  });

  it('of the decisions is listed', () => {
    const records = readdirSync('docs/adr').filter((name) => name !== 'README.md');
    for (const name of records) expect(page('docs/adr/README.md')).toContain(`(${name})`);
  });
});

describe('docs/network.svg', () => {
  it('is what kuiil graph draws of the example', () => {
    const picture = graphSvg(example('two-clusters'));
    expect(picture).toContain('<title>two-clusters');
    expectGolden('docs/network.svg', picture);
  });
});

function brokenLinks({ file, text }: (typeof PAGES)[number]): readonly string[] {
  const targets = [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target!);
  return targets.filter((target) => {
    if (/^https?:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const other = path === '' ? file : join(dirname(file), path);
    if (!existsSync(other)) return true;
    return anchor !== undefined && !anchors(readFileSync(other, 'utf8')).includes(anchor);
  });
}

/** As GitHub names headings: lower case, blanks as dashes, nothing but letters, digits, `-` and `_`. */
function anchors(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
