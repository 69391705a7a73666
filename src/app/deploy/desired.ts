import type { HostState } from '../../core/model/host-state.ts';
import type { HostRelease } from '../digest.ts';

/** What is wanted on one host. */
export interface Desired {
  readonly state: HostState;
  readonly release: HostRelease;
  readonly interfaceName: string;
  /** More is amiss than a host state shows: the host takes part whatever it looks like, up to the removals. */
  readonly mends?: boolean;
}
