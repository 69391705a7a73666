import type { HostName } from './name.ts';

/** Something wrong in the world: a host, a connection, a command. Never in the user's file. */
export interface Fault {
  readonly code: FaultCode;
  readonly host?: HostName;
  /** What we were doing, as a user would say it: `connect`, `stage`, `activate`, `verify`, … */
  readonly step: string;
  /** The command that failed, escaped and bounded. */
  readonly command?: string;
  /** The end of what it printed, escaped and bounded. */
  readonly excerpt?: string;
  /** Why, as far as is known. One sentence without a full stop. */
  readonly cause: string;
  /** What to do next. */
  readonly hint?: string;
  /** What is true on this host now. */
  readonly stateNow: string;
}

export type FaultCode =
  | 'ssh/unreachable'
  | 'ssh/host-key-unknown'
  | 'ssh/host-key-changed'
  | 'ssh/authentication'
  | 'ssh/no-identity'
  | 'ssh/jump-failed'
  | 'ssh/timeout'
  | 'ssh/connection-lost'
  | 'host/command-failed'
  | 'host/answer-malformed'
  | 'host/answer-too-large'
  | 'host/protocol-version'
  | 'host/busy'
  | 'host/preflight'
  | 'host/not-verified'
  | 'host/not-confirmed'
  | 'file/not-editable'
  | 'kubernetes/kubeconfig'
  | 'kubernetes/unreachable'
  | 'twin/prerequisites'
  | 'twin/failed'
  | 'deploy/danger'
  | 'deploy/frozen'
  | 'deploy/acceptance'
  | 'deploy/not-reached'
  | 'deploy/without-hub'
  | 'deploy/road-cut'
  | 'deploy/interrupted'
  | 'rollback/unknown'
  | 'rollback/gone'
  | 'rollback/topology'
  | 'github/request'
  | 'github/forbidden'
  | 'github/content'
  | 'github/event'
  | 'github/input';

/** A fault on its way up. The only exception that adapters throw for a bad world. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(`${fault.host ? `${fault.host}: ` : ''}${fault.step}: ${fault.cause}`);
    this.name = 'FaultError';
    this.fault = fault;
  }
}
