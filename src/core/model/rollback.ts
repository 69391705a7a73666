import type { Deployment } from './outcome.ts';

/** What going back to an earlier release came to. */
export interface Rollback {
  readonly deployment: Deployment;
  /** The commit that was gone back to; absent where a release was taken that the hosts hold. */
  readonly commit?: string;
  /** Whether deployments are frozen by it, until git agrees. */
  readonly isFrozen: boolean;
}
