import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rehearser } from '../../app/github/rehearse-change.ts';

/** Of a thousand clusters, a matrix of all pairs. */
const MAX_DOCUMENT = 64 * 1024 * 1024;
const MAX_WORDS = 2000;

interface Options {
  /** The bundle of the command line. */
  readonly program: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Network namespaces need root, which a runner gives by sudo. What is in our environment does not go there. */
export function localRehearser({ program, log, signal }: Options): Rehearser {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  return {
    async rehearse({ topology, base, sample }) {
      const folder = await mkdtemp(join(tmpdir(), 'kuiil-rehearse-'));
      const lay = async (name: string, text: string): Promise<string> => {
        await writeFile(join(folder, name), text);
        return join(folder, name);
      };
      try {
        const files = ['-f', await lay('topology.yaml', topology)];
        if (base !== undefined) files.push('--base', await lay('base.yaml', base));
        const summary = join(folder, 'summary.md');
        const options = ['--install', '--sample', String(sample), '--format', 'json', '--summary', summary];
        const argv = [process.execPath, program, 'rehearse', ...files, ...options];
        const { exitCode, stdout, lastWords } = await run({ argv, asRoot, log, signal });
        const markdown = await readFile(summary, 'utf8').catch(() => undefined);
        return { markdown, document: parseJson(stdout), isComplete: exitCode === 0, lastWords };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

interface Started {
  readonly argv: readonly string[];
  /** What makes a command one of root's; empty where it is already. */
  readonly asRoot: readonly string[];
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly lastWords: string;
}

function run({ argv, asRoot, log, signal }: Started): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin' };
    const [command = '', ...args] = [...asRoot, ...argv];
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(0, MAX_DOCUMENT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MAX_WORDS);
      log(text.trimEnd());
    });
    const stop = () => {
      const [root, ...words] = asRoot;
      if (root === undefined) return void child.kill('SIGINT');
      // A process of root's takes signals from root alone; sudo hands them on.
      const killer = spawn(root, [...words, 'kill', '-INT', String(child.pid)], { env, stdio: 'ignore' });
      killer.on('error', () => undefined);
    };
    signal.addEventListener('abort', stop);
    child.on('error', reject);
    child.on('close', (exitCode) => {
      signal.removeEventListener('abort', stop);
      // A fault begins a line; what explains it, and the steps before it, are indented.
      const lastWords = said.split('\n').findLast((line) => /^\S/.test(line));
      resolve({ exitCode, stdout, lastWords: lastWords ?? `it ended with ${exitCode}` });
    });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
