import type { LocatedDanger } from './danger.ts';
import type { Fault } from './fault.ts';
import type { Freeze } from './freeze.ts';
import type { HostName } from './name.ts';

/** What became of one host in a deployment. */
export type HostOutcome =
  /** It was on the release before, and was left alone. */
  | 'unchanged'
  /** It runs the new release and boots into it. */
  | 'confirmed'
  /** It runs and boots into what it had before. */
  | 'reverted'
  /** It was told to go back, or will by itself when its undo timer ends; it could not be asked. */
  | 'reverting'
  /** Never deployed to, and not reachable yet; the others go on without it. */
  | 'awaited'
  /** No longer in the topology, and still carrying what was deployed to it before. */
  | 'left'
  /** Left out by `--exclude` or `--only`. */
  | 'excluded'
  /** Could not be reached; nothing was changed on it. */
  | 'unreachable'
  /** Reached, and left as it was, because the deployment ended before its turn. */
  | 'untouched'
  /** Dry run: it would change. */
  | 'would-change'
  /** The fleet's decision is to keep the new release; this host could not be asked and confirms itself by asking the hub. */
  | 'confirming'
  /** Whether the hub decided for the new release could not be read; it goes by what the hub decided. */
  | 'undecided';

export type DeploymentOutcome =
  | 'confirmed'
  | 'unchanged'
  | 'planned'
  | 'refused'
  | 'unreachable'
  | 'reverted'
  /** Decided for the new release but not read back from every host, or not known to be decided at all: never a success. */
  | 'incomplete';

export interface HostResult {
  readonly outcome: HostOutcome;
  /** Digest of the host's release that is true now, as far as is known. */
  readonly release?: string;
  readonly fault?: Fault;
  /** What was done on it, one command a line, as the host reported it; hostile until escaped. */
  readonly did: readonly string[];
}

/** What a deployment did, and what is true now on every host. */
export interface Deployment {
  readonly outcome: DeploymentOutcome;
  /** Digest over every host's release. */
  readonly release: string;
  /** The step from what the hosts hold, once it is known. */
  readonly plan?: { readonly digest: string; readonly dangers: readonly LocatedDanger[] };
  /** The freeze that it met: it was refused for it, or lifted it because the hosts run what was to be deployed. */
  readonly freeze?: { readonly freeze: Freeze; readonly isLifted: boolean };
  /** Why it was refused or reverted; empty otherwise. */
  readonly faults: readonly Fault[];
  /** Every host of the topology that is enrolled, the hub first. */
  readonly hosts: ReadonlyMap<HostName, HostResult>;
  /** Milliseconds, by phase, in the order in which they ran. */
  readonly phases: ReadonlyMap<string, number>;
}

/** The process's exit code for a deployment (docs/cli.md). */
export function exitCode(outcome: DeploymentOutcome): number {
  switch (outcome) {
    case 'confirmed':
    case 'unchanged':
    case 'planned':
      return 0;
    case 'refused':
      return 1;
    case 'unreachable':
    case 'incomplete':
      return 4;
    case 'reverted':
      return 5;
  }
}
