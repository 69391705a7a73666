import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ended {
  readonly stdout: string;
  /** The end of it. */
  readonly stderr: string;
  /** 255 for ssh's own troubles; undefined when the program was ended, or is not there. */
  readonly code: number | undefined;
  /** Why it could not be started, or that it was ended for the time it took. */
  readonly failure?: string;
}

export interface Started {
  readonly argv: readonly [string, ...string[]];
  readonly stdin: string;
  readonly timeoutMs: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

const MAX_STDOUT = 8 * 1024 * 1024;
const MAX_STDERR = 8 * 1024;

/** Runs a program of this machine to its end; never throws. What it prints beyond a bound ends it. */
export async function runProgram({ argv, stdin, timeoutMs, signal }: Started): Promise<Ended> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let failure: string | undefined;
  let stdout = '';
  let stderr = '';
  const stop = (why: string) => {
    failure ??= why;
    child.kill('SIGTERM');
  };
  const abort = () => stop('it was interrupted');
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(stop, timeoutMs, `it took more than ${timeoutMs / 1000} s`);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.length > MAX_STDOUT) stop(`it printed more than ${MAX_STDOUT} bytes`);
  });
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (stderr = (stderr + text).slice(-MAX_STDERR)));
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? undefined);
  const code = await ended.catch((error: unknown) => {
    failure ??= error instanceof Error ? error.message : String(error);
    return undefined;
  });
  clearTimeout(timer);
  signal?.removeEventListener('abort', abort);
  return { stdout, stderr, code, ...(failure === undefined ? {} : { failure }) };
}
