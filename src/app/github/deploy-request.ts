import type { HostName } from '../../core/model/name.ts';
import type { Deployment, DeploymentOutcome } from '../../core/model/outcome.ts';
import type { Clock, Connect } from '../ports.ts';
import type { Event } from './event.ts';
import type { Pattern } from './patterns.ts';
import type { Authority, Contents, DeploymentLog, PullRequests, Step } from './ports.ts';

export interface DeployMergedRequest {
  readonly event: Event;
  readonly defaultBranch: string;
  readonly patterns: readonly Pattern[];
  readonly environment: string;
  readonly confirmTimeoutS: number;
  readonly awaitS: number;
  readonly mayPushDirectly: boolean;
  /** Who deploys, for the lock that a second deployment is shown. */
  readonly who: string;
  readonly transaction: () => string;
  readonly signal: AbortSignal;
}

export interface DeployMergedPorts {
  readonly contents: Contents;
  readonly pullRequests: PullRequests;
  readonly authority: Authority;
  readonly deployments: DeploymentLog;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly step: Step;
}

/** What became of one topology. */
export interface FileDeployment {
  readonly file: string;
  readonly outcome: DeploymentOutcome | 'invalid';
  /** One sentence without a full stop. */
  readonly words: string;
  readonly changed: readonly HostName[];
  readonly pulls: readonly number[];
  readonly planDigest?: string;
  readonly isDangerous: boolean;
  readonly interrupts: boolean;
  /** Absent where nothing was dialled. */
  readonly deployment?: Deployment;
  /** The commit that the hosts run, where this one was taken back or met a freeze. */
  readonly restore?: string;
  /** Markdown of at most so many bytes. */
  readonly text: (budget: number) => string;
}
