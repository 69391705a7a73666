import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** One direction of imports: what each place may not import, and why. */
const RULES: readonly { from: string; forbidden: readonly string[]; why: string }[] = [
  {
    from: 'src/core',
    forbidden: ['src/app', 'src/adapters', 'src/entry', 'src/remote', 'node:'],
    why: 'the core is pure: the same input gives the same output on every machine',
  },
  {
    from: 'src/core/model',
    forbidden: [
      'src/core/parse',
      'src/core/validate',
      'src/core/compile',
      'src/core/render',
      'src/core/observe',
      'src/core/diff',
      'src/core/danger',
      'src/core/drift',
      'src/core/prove',
      'src/core/report',
      'src/core/edit',
    ],
    why: 'the nouns know no stage',
  },
  {
    from: 'src/remote',
    forbidden: ['src/app', 'src/adapters', 'src/entry', 'node:'],
    why: 'what crosses the wire is a grammar, without effects',
  },
  {
    from: 'src/app',
    forbidden: ['src/adapters', 'src/entry', 'node:fs', 'node:net', 'node:child_process', 'node:process'],
    why: 'use-cases reach the world through ports',
  },
  { from: 'src/adapters', forbidden: ['src/entry'], why: 'composition roots are at the top' },
  {
    from: 'src/adapters/openssh',
    forbidden: ['src/adapters/twin', 'src/adapters/terminal', 'src/adapters/github', 'src/adapters/actions'],
    why: 'one outside world a folder',
  },
  {
    from: 'src/adapters/kubernetes',
    forbidden: [
      'src/adapters/ssh',
      'src/adapters/twin',
      'src/adapters/terminal',
      'src/adapters/github',
      'src/adapters/actions',
    ],
    why: 'one outside world a folder',
  },
  {
    from: 'src/adapters/gh',
    forbidden: [
      'src/adapters/ssh',
      'src/adapters/openssh',
      'src/adapters/twin',
      'src/adapters/terminal',
      'src/adapters/github',
      'src/adapters/actions',
    ],
    why: 'one outside world a folder: what goes through gh is as the user, and no token of ours',
  },
  {
    from: 'src/adapters/ssh',
    forbidden: ['src/adapters/twin', 'src/adapters/terminal', 'src/adapters/github', 'src/adapters/actions'],
    why: 'one outside world a folder',
  },
  {
    from: 'src/adapters/twin',
    forbidden: ['src/adapters/ssh', 'src/adapters/terminal', 'src/adapters/github', 'src/adapters/actions'],
    why: 'one outside world a folder',
  },
  {
    from: 'src/adapters/github',
    forbidden: ['src/adapters/ssh', 'src/adapters/terminal', 'src/adapters/twin', 'src/adapters/actions'],
    why: 'one outside world a folder',
  },
  {
    from: 'src/adapters/actions',
    forbidden: ['src/adapters/ssh', 'src/adapters/terminal', 'src/adapters/twin'],
    why: 'one outside world a folder; a step knows of GitHub only where it is',
  },
];

/** What a file must not reach, however far it goes. */
const UNREACHABLE: readonly { from: string; never: readonly string[]; why: string }[] = [
  {
    from: 'src/app/github/plan-pull-request.ts',
    never: ['src/adapters', 'src/remote', 'src/app/deploy', 'src/app/call.ts', 'src/app/status.ts'],
    why: 'the plan of a pull request dials nobody: what it reads may come from a stranger',
  },
  {
    from: 'src/adapters/github',
    never: ['src/adapters/ssh', 'src/remote', 'src/app/deploy'],
    why: 'whoever talks to GitHub has no way to a host',
  },
];

const STAGES = [
  'parse',
  'validate',
  'compile',
  'render',
  'observe',
  'diff',
  'danger',
  'drift',
  'prove',
  'report',
  'edit',
  'import',
];

/** A library enters through one file, so that it can be replaced there. */
const SINGLE_IMPORTERS: Readonly<Record<string, string>> = {
  yaml: 'src/core/yaml.ts',
  zod: 'src/core/parse/schema.ts',
  'ip-num': 'src/core/model/address.ts',
  diff: 'src/core/report/unified.ts',
  'node-ssh': 'src/adapters/ssh/library.ts',
  ssh2: 'src/adapters/ssh/library.ts',
  commander: 'src/adapters/terminal/commander.ts',
  octokit: 'src/adapters/github/client.ts',
  picocolors: 'src/adapters/terminal/paint.ts',
};

/** As above, for one that a whole folder is about. */
const SINGLE_FOLDERS: Readonly<Record<string, string>> = {
  '@actions/core': 'src/adapters/actions',
  '@hono/node-server': 'src/adapters/http',
};

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src', file));

/** What a file imports: paths from the repository's root, or the names of packages; type imports too. */
function imports(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g);
  return [...found].map(([, target]) => (target!.startsWith('.') ? join(dirname(file), target!) : target!));
}

const within = (place: string, path: string) => path === place || path.startsWith(`${place}/`);

function breaches(from: string, forbidden: (target: string) => boolean): string[] {
  return files
    .filter((file) => within(from, file))
    .flatMap((file) =>
      imports(file)
        .filter(forbidden)
        .map((target) => `${file} imports ${target}`),
    );
}

describe('imports go one way', () => {
  it('sees the imports at all', () => {
    expect(imports('src/app/deploy/wanted.ts')).toContain('src/core/compile/compile.ts');
    expect(files.length).toBeGreaterThan(50);
  });

  it.each(RULES)('$from: $why', ({ from, forbidden }) => {
    expect(
      breaches(from, (target) =>
        forbidden.some((each) => (each.includes(':') ? target.startsWith(each) : within(each, target))),
      ),
    ).toEqual([]);
  });

  it.each(STAGES)('no stage imports another: %s', (stage) => {
    const others = STAGES.filter((each) => each !== stage).map((each) => `src/core/${each}`);
    expect(breaches(`src/core/${stage}`, (target) => others.some((other) => within(other, target)))).toEqual(
      [],
    );
  });

  it.each(Object.entries(SINGLE_IMPORTERS))('%s enters through %s alone', (library, importer) => {
    const importers = files.filter((file) =>
      imports(file).some((target) => target === library || target.startsWith(`${library}/`)),
    );
    expect(importers.filter((file) => file !== importer)).toEqual([]);
  });

  it.each(Object.entries(SINGLE_FOLDERS))('%s is known in %s alone', (library, folder) => {
    const importers = files.filter((file) => imports(file).includes(library));
    expect(importers.length).toBeGreaterThan(0);
    expect(importers.filter((file) => !within(folder, file))).toEqual([]);
  });

  it.each(UNREACHABLE)('$from reaches no host: $why', ({ from, never }) => {
    const reached = new Set(files.filter((file) => within(from, file)));
    expect(reached.size).toBeGreaterThan(0);
    for (const file of reached)
      for (const target of imports(file)) if (files.includes(target)) reached.add(target);
    expect([...reached].filter((file) => never.some((place) => within(place, file)))).toEqual([]);
  });

  it('leads from the webhook to no host, not even by way of others', () => {
    const reached = new Set(['src/entry/webhook.ts']);
    for (const file of reached)
      for (const target of imports(file)) if (files.includes(target)) reached.add(target);
    expect(reached.size).toBeGreaterThan(50);
    const places = ['src/adapters/ssh', 'src/adapters/openssh', 'src/adapters/twin', 'src/remote'];
    expect([...reached].filter((file) => places.some((place) => within(place, file)))).toEqual([]);
  });

  it('has no circle', () => {
    const seen = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (seen.get(file) === 'done') return;
      if (seen.get(file) === 'open') {
        circles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
        return;
      }
      seen.set(file, 'open');
      for (const target of imports(file)) if (files.includes(target)) visit(target, [...trail, file]);
      seen.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe('the size of files', () => {
  const lines = (file: string) => readFileSync(file, 'utf8').split('\n').length;

  it('is at most 350 lines', () => {
    const all = readdirSync('.', { recursive: true, encoding: 'utf8' })
      .map((file) => relative('.', file))
      .filter((file) => /^(src|test|bench|scripts)\/.*\.(ts|mjs|sh)$/.test(file));
    expect(all.filter((file) => lines(file) > 350)).toEqual([]);
  });

  it('has a median of at most 80 lines', () => {
    const sizes = files.map(lines).toSorted((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(80);
  });

  it('keeps composition roots at 100 lines', () => {
    expect(files.filter((file) => within('src/entry', file) && lines(file) > 100)).toEqual([]);
  });
});
