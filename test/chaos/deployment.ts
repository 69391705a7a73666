import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

/** The bundle that users run. */
const BUNDLE = resolve(process.env.KUIIL_CHAOS_BUNDLE ?? 'dist/cli.js');

export const PHASES = ['observe', 'stage', 'activate', 'verify', 'confirm'] as const;

/** What `kuiil deploy --format json` prints, as far as trials read it. */
export interface Document {
  readonly outcome: string;
  readonly hosts: Readonly<Record<string, { readonly outcome: string; readonly release: string | null }>>;
  readonly faults: readonly { readonly code: string; readonly cause: string; readonly host: string | null }[];
}

export interface Ended {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly document: Document | undefined;
  readonly tookMs: number;
}

/** A run of the program that can be watched, and killed. */
export class Deployment {
  readonly #child: ChildProcess;
  readonly #from = performance.now();
  readonly #waiting = new Map<string, (() => void)[]>();
  #stdout = '';
  #stderr = '';
  #hasEnded = false;
  readonly ended: Promise<Ended>;

  constructor(asDeployer: readonly string[], args: readonly string[], identity: string) {
    const argv = [...asDeployer, process.execPath, BUNDLE, ...args];
    // Every word before the program replaces itself by the next, so that the child's number is the program's.
    this.#child = spawn(argv[0]!, argv.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: '/', LC_ALL: 'C', KUIIL_SSH_KEY: identity },
      detached: true,
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.ended = new Promise((done) => {
      this.#child.once('close', (exitCode) => {
        this.#hasEnded = true;
        for (const wake of [...this.#waiting.values()].flat()) wake();
        done({
          exitCode,
          stdout: this.#stdout,
          stderr: this.#stderr,
          document: parse(this.#stdout),
          tookMs: performance.now() - this.#from,
        });
      });
    });
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#hasEnded) this.#child.kill(signal);
  }

  /** Resolves as the program says that it enters a phase, or when it has ended. */
  reaches(phase: (typeof PHASES)[number]): Promise<void> {
    if (this.#hasEnded || isSaid(this.#stderr, phase)) return Promise.resolve();
    return new Promise((wake) => {
      this.#waiting.set(phase, [...(this.#waiting.get(phase) ?? []), wake]);
    });
  }

  #read(text: string): void {
    this.#stderr += text;
    for (const [phase, wakes] of this.#waiting) {
      if (!isSaid(this.#stderr, phase)) continue;
      this.#waiting.delete(phase);
      for (const wake of wakes) wake();
    }
  }
}

function isSaid(stderr: string, phase: string): boolean {
  return new RegExp(`^ *[0-9.]+s  ${phase}$`, 'm').test(stderr);
}

function parse(text: string): Document | undefined {
  try {
    return JSON.parse(text) as Document;
  } catch {
    return undefined;
  }
}
