import type { Drift } from './drift.ts';
import type { Deployment } from './outcome.ts';

/** What a healing found, did and left. */
export interface Healing {
  readonly before: Drift;
  /** One after the other; empty: there was nothing to heal. */
  readonly deployments: readonly Deployment[];
  readonly after: Drift;
}
