import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { FaultError } from '../../core/model/fault.ts';
import type { HostName } from '../../core/model/name.ts';

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly timeoutMs?: number;
  /** Added to the little that every command gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the command and all that it started in its session. */
  readonly signal?: AbortSignal;
}

export interface StartOptions {
  /** Keep standard input open as a pipe: closing it is then the sign to end. */
  readonly holdsStdin?: boolean;
  /** An open descriptor that the process finds as its descriptor 3. */
  readonly extraDescriptor?: number;
}

// A command that configures one namespace takes milliseconds; this only bounds a kernel that hangs.
const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_CHARACTERS = 16 * 1024 * 1024;

// Nothing of the caller's environment reaches a host of the twin: it may hold tokens or keys.
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/',
  LC_ALL: 'C',
};

/**
 * What to put before a script: with a socket as standard input, which is what a pipe from Node.js is, bash takes
 * itself for a remote shell and reads ~/.bashrc.
 */
export const BASH = ['bash', '--norc', '-c'] as const;

/** Runs a command to its end. Resolves for every exit code; a command that overruns its time answers 124, as `timeout` does. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = launch(argv, ['pipe', 'pipe', 'pipe'], options.env);
  return new Promise((resolve, reject) => {
    const output = { stdout: '', stderr: '' };
    const timer = setTimeout(() => {
      killGroup(child);
      settle(124);
    }, options.timeoutMs ?? TIMEOUT_MS);
    const abort = () => killGroup(child);
    options.signal?.addEventListener('abort', abort, { once: true });
    const settle = (exitCode: number) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
      resolve({ ...output, exitCode });
    };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]!.setEncoding('utf8').on('data', (text: string) => {
        if (output[name].length < MAX_OUTPUT_CHARACTERS) output[name] += text;
      });
    }
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(failure(argv, error.message));
    });
    child.once('close', (code) => settle(code ?? 137));
    // A daemon that the command leaves behind may hold the pipes open for ever: after the exit they get a moment, no more.
    child.once('exit', (code) => setTimeout(() => settle(code ?? 137), 200).unref());
    // The command may end without reading its input.
    child.stdin!.on('error', () => undefined).end(options.stdin ?? '');
  });
}

/** Runs a command that has to succeed and returns what it printed. Throws a FaultError otherwise. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { stdout, stderr, exitCode } = await run(argv, options);
  if (exitCode !== 0) throw failure(argv, `exit code ${exitCode}`, stderr || stdout);
  return stdout;
}

/** A process that goes on. */
export interface Started {
  /** The next line of its standard output; throws a FaultError when it ends first. */
  line(): Promise<string>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  closeStdin(): void;
  kill(): void;
}

/** Starts a command that goes on after this call. */
export function start(argv: readonly string[], options: StartOptions = {}): Started {
  const child = launch(argv, [
    options.holdsStdin ? 'pipe' : 'ignore',
    'pipe',
    'pipe',
    ...(options.extraDescriptor === undefined ? [] : [options.extraDescriptor]),
  ]);
  const lines: string[] = [];
  let rest = '';
  let stderr = '';
  let wake: (() => void) | undefined;
  let hasEnded = false;
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
    wake?.();
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4096);
  });
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      hasEnded = true;
      resolve();
      wake?.();
    };
    child.once('error', end);
    child.once('exit', end);
  });
  child.stdin?.on('error', () => undefined);
  return {
    async line() {
      while (lines.length === 0) {
        if (hasEnded) throw failure(argv, 'ended before it was ready', stderr);
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return lines.shift()!;
    },
    ended,
    closeStdin: () => void child.stdin?.end(),
    kill: () => killGroup(child),
  };
}

/** The fault of a twin that could not be made. */
export function twinFault(
  cause: string,
  details: { host?: HostName; command?: string; excerpt?: string },
): FaultError {
  return new FaultError({
    code: 'twin/failed',
    step: 'bring up the twin',
    cause,
    stateNow: 'nothing of this machine was changed; the twin is taken down',
    ...details,
  });
}

function failure(argv: readonly string[], cause: string, output = ''): FaultError {
  const command = argv.map((word) => (word.length > 80 ? `${word.slice(0, 77)}...` : word)).join(' ');
  return twinFault(`${argv[0]} failed: ${cause}`, {
    command: command.slice(0, 400),
    excerpt: output.slice(-2000),
  });
}

// In a session of its own, so that Ctrl-C on the terminal reaches only us: we take the twin down in order.
function launch(argv: readonly string[], stdio: StdioOptions, env = {}): ChildProcess {
  return spawn(argv[0]!, argv.slice(1), { stdio, env: { ...ENVIRONMENT, ...env }, detached: true });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
