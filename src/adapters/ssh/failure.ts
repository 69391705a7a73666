import type { HostKey } from '../../core/model/key.ts';
import type { HostName } from '../../core/model/name.ts';
import type { Fault } from '../../core/model/fault.ts';

/** Why there is no connection: facts, not words. Text in `said` comes from outside and is not escaped yet. */
export type DialFailure =
  | { readonly kind: 'network'; readonly errno: string }
  | { readonly kind: 'timeout'; readonly waitedFor: 'connection' | 'login'; readonly ms: number }
  /** Closed by the other side before we were logged in. Often transient: MaxStartups, PerSourcePenalties. */
  | { readonly kind: 'closed'; readonly said?: string }
  | { readonly kind: 'nothing-pinned' }
  | { readonly kind: 'host-key'; readonly presented: HostKey }
  | { readonly kind: 'host-key-type' }
  /** `offered`: public keys as `TYPE FINGERPRINT`; `accepted`: the methods the server would have taken. */
  | {
      readonly kind: 'authentication';
      readonly offered: readonly string[];
      readonly accepted: readonly string[];
      readonly said?: string;
    }
  | { readonly kind: 'forward'; readonly via: HostName; readonly prohibited: boolean; readonly said: string }
  | { readonly kind: 'jump'; readonly via: HostName; readonly fault: Fault }
  /** The shared connection to the jump host went away while we were using it. */
  | { readonly kind: 'jump-lost'; readonly via: HostName; readonly said: string }
  | { readonly kind: 'protocol'; readonly said: string }
  /** `Hosts.close()` while we were dialling. */
  | { readonly kind: 'ended' };

export class DialError extends Error {
  readonly failure: DialFailure;
  constructor(failure: DialFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/** Worth another try: not an answer about us or the host, but about the moment. */
export function isTransient(failure: DialFailure): boolean {
  return failure.kind === 'closed' || failure.kind === 'jump-lost';
}

/** Why a call has no answer. */
export type CallFailure =
  | { readonly kind: 'lost'; readonly said?: string }
  | { readonly kind: 'timeout'; readonly ms: number }
  | { readonly kind: 'too-large'; readonly limit: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'refused'; readonly said: string };

export class CallError extends Error {
  readonly failure: CallFailure;
  /** The end of what the command had written to standard error by then. */
  readonly stderr: string;
  constructor(failure: CallFailure, stderr = '') {
    super(failure.kind);
    this.failure = failure;
    this.stderr = stderr;
  }
}
