import type { Deployment } from './outcome.ts';

/** What going back to an earlier release came to. */
export interface Rollback {
  readonly deployment: Deployment;
  /** The commit that was gone back to; absent where a release was taken that the hosts hold. */
  readonly commit?: string;
  /** Whether the hosts are on it now, so that git has to be made to agree. */
  readonly isDone: boolean;
  /** Whether deployments are frozen by it, until git agrees; they should be when it is done. */
  readonly isFrozen: boolean;
}
