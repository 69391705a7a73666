import type { HostKey } from '../core/model/key.ts';
import type { HostName } from '../core/model/name.ts';

/** Where and how to log in to one host, jumps resolved: what an SSH adapter needs and nothing more. */
export interface Route {
  readonly host: HostName;
  /** Name or address that is dialled from the previous hop. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** The pinned keys; never empty. */
  readonly hostKeys: readonly HostKey[];
  /** The host to jump through; absent: dialled directly. */
  readonly via?: Route;
}

/** What a host answered to one call. */
export interface Answer {
  /** Standard output, at most `MAX_ANSWER_BYTES`; hostile until parsed. */
  readonly stdout: string;
  /** The end of standard error, bounded; hostile. */
  readonly stderr: string;
  readonly exitCode: number;
}

export interface Call {
  readonly verb: string;
  readonly args: readonly string[];
  /** Standard input of the call. */
  readonly payload: string;
  readonly timeoutMs: number;
  /** Told what the host has said so far, whenever that is more. */
  readonly watch?: (stdout: string) => void;
}

/** One authenticated connection to one host. */
export interface Session {
  readonly host: HostName;
  /** Runs `kuiil-host VERB ARG…`. Resolves for every exit code; throws a FaultError when no answer came. */
  call(call: Call): Promise<Answer>;
  close(): void;
}

/** Opens connections. Connections through the same jump host share one connection to it. */
export interface Hosts {
  /** Throws a FaultError when the host cannot be reached, trusted or logged in to. */
  open(route: Route): Promise<Session>;
  /** Ends every connection, jump hosts included. */
  close(): Promise<void>;
}

/** Makes an own set of connections, so that a confirmation can come over new ones. */
export type Connect = () => Hosts;

/** Milliseconds since some fixed moment; only differences mean something. */
export interface Clock {
  now(): number;
  /** Resolves after so many milliseconds, or at once when `signal` is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Where use-cases say what they are doing while they do it. */
export interface Progress {
  step(message: string): void;
}
