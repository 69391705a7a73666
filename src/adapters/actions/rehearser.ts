import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rehearser } from '../../app/github/rehearse-change.ts';

const MAX_REPORT = 1_000_000;

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
        const options = ['--install', '--sample', String(sample), '--format', 'markdown'];
        const argv = [...asRoot, process.execPath, program, 'rehearse', ...files, ...options];
        const { exitCode, stdout } = await run(argv, log, signal);
        return { markdown: stdout, isComplete: exitCode === 0 };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function run(
  [command = '', ...args]: readonly string[],
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<{ readonly exitCode: number | null; readonly stdout: string }> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin' };
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(0, MAX_REPORT);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => log(text.trimEnd()));
    const stop = () => child.kill('SIGINT');
    signal.addEventListener('abort', stop);
    child.on('error', reject);
    child.on('close', (exitCode) => {
      signal.removeEventListener('abort', stop);
      resolve({ exitCode, stdout });
    });
  });
}
