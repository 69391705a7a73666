import { CallError, type CallFailure } from './failure.ts';
import type { CommandChannel, Link } from './link.ts';

export interface Run {
  readonly command: string;
  readonly stdin: string;
  readonly timeoutMs: number;
  readonly maxStdoutBytes: number;
  /** Of standard error only the end is kept. */
  readonly maxStderrBytes: number;
  readonly watch?: (stdout: string) => void;
}

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a command and waits for its exit code. Throws a CallError when there is none; the command may go on then. */
export async function run(link: Link, what: Run): Promise<Ran> {
  const output = new Output(what);
  let channel: CommandChannel | undefined;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CallError({ kind: 'timeout', ms: what.timeoutMs })), what.timeoutMs);
  });
  const answer = async () => {
    channel = await start(link, what.command);
    return output.collect(channel, what.stdin);
  };
  try {
    return await Promise.race([answer(), deadline]);
  } catch (error) {
    channel?.close();
    throw new CallError(error instanceof CallError ? error.failure : failed(link, error), output.stderr);
  } finally {
    clearTimeout(timer);
  }
}

async function start(link: Link, command: string): Promise<CommandChannel> {
  if (!link.alive) return lost(link);
  return link.exec(command);
}

function lost({ said }: Link): never {
  throw new CallError(said === undefined ? { kind: 'lost' } : { kind: 'lost', said });
}

function failed(link: Link, error: unknown): CallFailure {
  const said = error instanceof Error ? error.message : String(error);
  return link.alive ? { kind: 'refused', said } : { kind: 'lost', said: link.said ?? said };
}

class Output {
  readonly #limit: Run;
  readonly #stdout: Buffer[] = [];
  #stdoutBytes = 0;
  #stderr: Buffer = Buffer.alloc(0);

  constructor(limit: Run) {
    this.#limit = limit;
  }

  get stderr(): string {
    return this.#stderr.toString('utf8');
  }

  collect(channel: CommandChannel, stdin: string): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const fail = (failure: CallFailure) => reject(new CallError(failure));
      channel.on('error', () => {});
      channel.on('data', (chunk: Buffer) => {
        this.#stdoutBytes += chunk.length;
        if (this.#stdoutBytes <= this.#limit.maxStdoutBytes) {
          this.#stdout.push(chunk);
          this.#limit.watch?.(this.#text().stdout);
        } else fail({ kind: 'too-large', limit: this.#limit.maxStdoutBytes });
      });
      channel.stderr.on('data', (chunk: Buffer) => {
        this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-this.#limit.maxStderrBytes);
      });
      let status: Status = { code: null };
      channel.on('exit', (code: number | null, signal?: string) => (status = { code, signal }));
      channel.on('close', () => {
        // Without a code or a signal the connection ended, not the command.
        if (status.code !== null) resolve({ ...this.#text(), exitCode: status.code });
        else fail(status.signal === undefined ? { kind: 'lost' } : { kind: 'signal', signal: status.signal });
      });
      channel.end(stdin);
    });
  }

  // Decoded as a whole: two chunks may share a character.
  #text(): { stdout: string; stderr: string } {
    return { stdout: Buffer.concat(this.#stdout).toString('utf8'), stderr: this.stderr };
  }
}

interface Status {
  readonly code: number | null;
  readonly signal?: string | undefined;
}
