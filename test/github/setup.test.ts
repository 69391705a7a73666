import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runProgram } from '../../src/adapters/local/process.ts';
import { templates } from '../../src/app/init/templates.ts';
import { keepEvidence, keepSecret } from '../evidence.ts';
import { type GitHub, startGitHub } from './github.ts';
import { Person } from './person.ts';

const WITHIN = { timeout: 15_000, interval: 50 };
const BUNDLE = resolve('dist/cli.js');
const PIN = { commit: '0123456789'.repeat(4), tag: 'v1.2.3' };
const WORKFLOWS = Object.fromEntries(
  templates(PIN, 'main').flatMap(({ path, text }) => (path.startsWith('.github/') ? [[path, text]] : [])),
);
/** What is left when setup has done all that it can: kept open, since not everybody wants it. */
const ADVICE = ['pull-requests-by-hand'];

let github: GitHub;
let olga: Person;
let folder: string;
beforeEach(async () => {
  github = await startGitHub();
  olga = new Person(github, 'olga');
  folder = mkdtempSync(join(tmpdir(), 'kuiil-setup-'));
  mkdirSync(join(folder, 'bin'));
  const gh = join(folder, 'bin/gh');
  writeFileSync(gh, readFileSync('test/github/gh.sh'));
  chmodSync(gh, 0o755);
  writeFileSync(join(folder, 'topology.yaml'), readFileSync('examples/guide/topology.yaml'));
});
afterEach(async () => {
  await github.close();
  rmSync(folder, { recursive: true });
});

interface Document {
  readonly ready: boolean;
  readonly done: readonly string[];
  readonly failed: readonly { readonly what: string; readonly cause: string }[];
  readonly findings: readonly { readonly code: string; readonly weight: string; readonly what: string }[];
}

/** The bundle, as somebody whose `gh` knows this token, or none. */
function program(token: string, options: readonly string[]): readonly [string, ...string[]] {
  const env = {
    PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
    XDG_CONFIG_HOME: folder,
    GH_BED: github.url,
    GH_BED_CLONE: 'olga/net',
    GH_BED_TOKEN: token,
  };
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const args = ['github', 'setup', '-f', join(folder, 'topology.yaml'), '--format', 'json', ...options];
  return ['env', ...variables, process.execPath, BUNDLE, ...args];
}

const tokenOf = (login: string) => github.tokens.mint({ kind: 'person', login });

/** Runs it to its end. */
async function setup(options: readonly string[] = [], token = tokenOf('olga')) {
  const ended = await runProgram({ argv: program(token, options), stdin: '', timeoutMs: 60_000 });
  keepEvidence('github-setup', ended.stdout + ended.stderr);
  const document = ended.stdout === '' ? undefined : (JSON.parse(ended.stdout) as Document);
  return { ...ended, document: document!, codes: document?.findings.map(({ code }) => code) ?? [] };
}

/** Begins it, and leaves it to be interrupted. */
function begin() {
  const [command, ...args] = program(tokenOf('olga'), []);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code]: (number | null)[]) => ({ code, stderr }));
  return [child, ended] as const;
}

const writes = () => github.requests.filter(({ request }) => !request.startsWith('GET '));
const key = (role: string) => readFileSync(join(folder, 'kuiil', 'guide', role), 'utf8');
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

describe('kuiil github setup', () => {
  it('--check says what a new repository lacks, and changes nothing', async () => {
    const { code, codes, document, stderr } = await setup(['--check']);
    expect(code, stderr).toBe(3);
    expect(codes.toSorted()).toEqual(
      [
        'branch-unprotected',
        'environment-missing',
        'environment-missing',
        'plan-not-required',
        'pull-requests-by-hand',
        'secret-missing',
        'secret-missing',
        ...Array.from({ length: 6 }, () => 'workflow-missing'),
      ].toSorted(),
    );
    expect(document.findings[0]!.weight).toBe('unsafe');
    expect(writes()).toEqual([]);
  });

  it('restricts the environments before it gives them their keys, protects the branch, and is ready', async () => {
    await olga.push('main', WORKFLOWS);
    github.requests.length = 0;
    const { code, codes, document, stdout, stderr } = await setup();
    expect(code, stdout + stderr).toBe(0);
    expect([codes, document.ready, document.failed]).toEqual([ADVICE, true, []]);
    expect(Object.fromEntries(github.state.environments)).toMatchObject({
      kuiil: { branches: ['main'] },
      'kuiil-drift': { branches: ['main'] },
    });
    for (const role of ['deploy', 'drift']) keepSecret(key(role));
    expect(github.state.secrets.get('kuiil')).toEqual(new Map([['KUIIL_SSH_KEY', digest(key('deploy'))]]));
    expect(github.state.secrets.get('kuiil-drift')).toEqual(
      new Map([['KUIIL_DRIFT_KEY', digest(key('drift'))]]),
    );
    const order = writes().map(({ request }) => request);
    const given = order.findIndex((request) => /secrets/.test(request));
    expect(order.findLastIndex((request) => /branch-policies/.test(request))).toBeLessThan(given);
    expect(stdout + stderr).not.toContain('PRIVATE KEY');
    expect((await setup(['--check'])).code).toBe(0);
    // Once more changes nothing but the secrets, which cannot be read.
    github.requests.length = 0;
    expect((await setup()).document.done.every((what) => what.startsWith('secret '))).toBe(true);
    expect(writes().every(({ request }) => request.includes('/secrets/'))).toBe(true);
  });

  it('closes environments that are open, and keeps who has to approve', async () => {
    const rules = [{ id: 2, node_id: 'GA_2', type: 'wait_timer', wait_timer: 30 }];
    github.state.environments.set('kuiil', { branches: 'all', rules });
    github.state.environments.set('kuiil-drift', { branches: ['main', 'topic/*'] });
    const before = await setup(['--check']);
    expect(
      before.document.findings.filter(({ code }) => code === 'environment-open').map(({ weight }) => weight),
    ).toEqual(['unsafe', 'unsafe']);
    await setup();
    expect(github.state.environments.get('kuiil')).toEqual({ branches: ['main'], rules });
    expect(github.state.environments.get('kuiil-drift')?.branches).toEqual(['main']);
  });

  it('gives no key to an environment that GitHub would not restrict, says so, and does the rest', async () => {
    github.state.environments.set('kuiil', { branches: 'protected' });
    github.faults.inject(/^PUT .*environments\/kuiil$/, {
      kind: 'answer',
      status: 403,
      body: JSON.stringify({
        message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.',
      }),
    });
    const { code, document } = await setup();
    expect(code).toBe(1);
    expect(document.failed).toEqual([
      {
        what: expect.stringContaining('environment kuiil:') as string,
        cause: expect.stringContaining('Upgrade') as string,
      },
    ]);
    expect(github.state.secrets.has('kuiil')).toBe(false);
    expect(github.state.secrets.has('kuiil-drift')).toBe(true);
  });

  it('does not put a new key in the place of one that was made on another machine, nor a public one', async () => {
    for (const [name, secret] of [
      ['kuiil', 'KUIIL_SSH_KEY'],
      ['kuiil-drift', 'KUIIL_DRIFT_KEY'],
    ] as const) {
      github.state.environments.set(name, { branches: ['main'] });
      github.state.secrets.set(name, new Map([[secret, 'of another machine']]));
    }
    writeFileSync(join(folder, 'id.pub'), 'ssh-ed25519 AAAA me\n');
    const { document } = await setup(['--deploy-identity', join(folder, 'id.pub')]);
    expect(document.failed[0]?.cause).toContain('no private key');
    expect(document.done.at(-1)).toMatch(/KUIIL_DRIFT_KEY .*: kept/);
    expect(writes().filter(({ request }) => request.includes('/secrets/'))).toEqual([]);
    expect(existsSync(join(folder, 'kuiil'))).toBe(false);
  });

  it('stops where it is interrupted, and says what was done', async () => {
    const slow = /^POST .*environments\/kuiil-drift\/deployment-branch-policies$/;
    github.faults.inject(slow, { kind: 'slow', delayMs: 1000 });
    const [child, ended] = begin();
    await vi.waitFor(() => expect(writes().at(-1)?.request).toMatch(slow), WITHIN);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('environment kuiil: main alone') as string]);
    expect(stderr).toContain('interrupted');
    expect(writes().at(-1)?.request).toMatch(slow);
  });

  it('finds keys where every writer can read them, actions that can be moved, and what is off', async () => {
    github.state.secrets.set('', new Map([['KUIIL_SSH_KEY', 'x']]));
    const moving = readFileSync('examples/workflows/kuiil-plan.yml', 'utf8');
    await olga.push('main', { ...WORKFLOWS, '.github/workflows/kuiil-plan.yml': moving });
    github.state.workflowsOff.add('.github/workflows/kuiil-drift.yml');
    Object.assign(github.state.actions.permissions, { allowed_actions: 'selected' });
    const { codes } = await setup(['--check']);
    expect(codes).toEqual(
      expect.arrayContaining(['secret-exposed', 'action-not-pinned', 'workflow-off', 'action-forbidden']),
    );
    const after = await setup(['--open-pull-requests']);
    expect(after.code).toBe(3);
    expect(after.codes).toEqual(['secret-exposed', 'action-not-pinned']);
    expect(github.state.actions.selected.patterns_allowed).toEqual(['kuiil/*']);
    expect(github.state.actions.tokens.can_approve_pull_request_reviews).toBe(true);
  });

  it('turns Actions on, and does not ask for a check that no workflow makes', async () => {
    github.state.actions.permissions = { enabled: false };
    const { codes } = await setup();
    expect(github.state.actions.permissions).toMatchObject({ enabled: true });
    expect(codes).toContain('plan-not-required');
    expect(JSON.stringify(github.state.rulesets)).not.toContain('required_status_checks');
  });

  it('is refused to who does not administer the repository, or is not logged in', async () => {
    const wendy = await setup([], tokenOf('wendy'));
    expect([wendy.code, wendy.stderr]).toEqual([1, expect.stringContaining('do not administer')]);
    const nobody = await setup([], '');
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('gh auth login')]);
    expect(writes()).toEqual([]);
    expect((await setup(['--repo', 'olga/net; id'])).code).toBe(2);
    expect((await setup(['--repo', 'olga/other', '--check'])).stderr).toContain('no such repository');
  });
});
