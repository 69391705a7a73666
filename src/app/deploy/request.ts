import type { HostName } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import type { Locate } from '../dangers.ts';
import type { Clock, Connect, Progress } from '../ports.ts';
import type { Desired } from './desired.ts';

export interface DeployRequest {
  readonly topology: Topology;
  /**
   * What goes onto which host, where that is not what the topology says: releases that hosts hold. The topology then says how hosts are
   * logged in to, and what is probed.
   */
  readonly target?: Target;
  /** Finds the lines of `topology`. */
  readonly locate: Locate;
  /** The topology that was deployed before: only it tells how hosts were logged in to. */
  readonly base?: Topology;
  /** `CODE@PLAN-DIGEST`, as the user gave them. */
  readonly accept: readonly string[];
  /** Absent: every host. */
  readonly only?: readonly HostName[];
  readonly exclude: readonly HostName[];
  readonly canary: readonly HostName[];
  readonly dryRun: boolean;
  /** Installs packages that hosts lack; otherwise they are refused. */
  readonly install?: boolean;
  /** A joining host that does not come makes the deployment fail. */
  readonly requireAll: boolean;
  /** Seconds from a host's activation until it goes back by itself. */
  readonly confirmTimeoutS: number;
  /** Seconds to wait for joining hosts after the hub has their peers. */
  readonly awaitS: number;
  /** Who deploys, for the lock that a second deployment is shown. One line each. */
  readonly owner: { readonly who: string; readonly commit?: string };
  /** Names the transaction on every host: `[A-Za-z0-9-]+`, new for each deployment. */
  readonly transaction: string;
  /** Aborted by SIGINT and SIGTERM: the revert starts at once. */
  readonly signal: AbortSignal;
}

export interface Target {
  readonly hosts: ReadonlyMap<HostName, Desired>;
  /** What is confirmed already is put right: other hosts stay what they are, and no step is made that needs accepting. */
  readonly isHealing: boolean;
}

export interface DeployPorts {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** Milliseconds that one call may take before its host counts as lost. */
export const CALL_MS = {
  snapshot: 20_000,
  stage: 30_000,
  /** With packages to install. */
  install: 300_000,
  activate: 45_000,
  probe: 20_000,
  confirm: 20_000,
  revert: 45_000,
};
