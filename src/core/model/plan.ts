import type { Change } from './change.ts';
import type { LocatedDanger } from './danger.ts';
import type { HostFile } from './file.ts';
import type { HostName } from './name.ts';
import type { Gap, Reach } from './proof.ts';

export type HostStatus = 'added' | 'changed' | 'removed' | 'unchanged' | 'pending';

/** What a plan does to one host. */
export interface HostPlan {
  readonly host: HostName;
  /** `pending`: in the topology, but not enrolled; nothing is rendered for it. */
  readonly status: HostStatus;
  /** In the order of `diff`. Empty where only words in files change. */
  readonly changes: readonly Change[];
  /** The host's files on either side, sorted by path; what is missing on a side is not there. */
  readonly before: readonly HostFile[];
  readonly after: readonly HostFile[];
  /** Why traffic that is there stops for a moment. Empty: no packet is lost. */
  readonly interruptions: readonly Interruption[];
}

/** A change that cannot be made without losing packets, and how long it lasts (docs/interruptions.md). */
export interface Interruption {
  readonly code:
    | 'interface-bounced'
    | 'port-changed'
    | 'public-key-changed'
    | 'endpoint-changed'
    | 'range-moved'
    | 'tunnel-address-changed';
  /** One sentence for a reviewer, without a full stop. */
  readonly message: string;
}

/** The step from one release to another. */
export interface Plan {
  readonly name: string;
  /** Digest of the release that the base renders; absent without a base: everything is new. */
  readonly from?: string;
  readonly to: string;
  /** sha256 in hex over from, to, dangers and the renderer's version. */
  readonly digest: string;
  /** What has to be accepted before it is deployed; sorted by code and subject, the network before access. */
  readonly dangers: readonly LocatedDanger[];
  /** Every host of either side, the hub first, then by name. */
  readonly hosts: readonly HostPlan[];
  /** What a proof foretells; absent where nothing was there before, or nobody asked. */
  readonly foresight?: Foresight;
  /** Whether everything that is declared is reached afterwards, by the proof. Absent where there is nothing to prove, or nobody asked. */
  readonly isReached?: boolean;
}

export interface Foresight {
  readonly reach: Reach;
  /** The moments of the deployment at which something fails that is there before and after. Empty: there is none. */
  readonly gaps: readonly Gap[];
}
