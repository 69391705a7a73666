import type { Fault } from './fault.ts';
import type { HostName } from './name.ts';

/** What enrolling a host comes to: what it says its keys are, beside what the keys file says. */
export type EnrolmentRow =
  | {
      readonly host: HostName;
      /** `changed`: the keys file has another key for it. */
      readonly state: 'new' | 'same' | 'changed';
      readonly publicKey?: string;
      /** `SHA256:…`, as ssh-keygen prints it, after the key's type. */
      readonly fingerprints: readonly string[];
      /** What the keys file has instead, where it has another. */
      readonly before: readonly string[];
    }
  | { readonly host: HostName; readonly state: 'failed'; readonly fault: Fault };

/** How an enrolment ended. */
export interface EnrolmentOutcome {
  readonly rows: readonly EnrolmentRow[];
  readonly outcome: 'written' | 'unchanged' | 'declined' | 'nothing';
  /** The keys file. */
  readonly file: string;
  /** Hosts on which the deployer's keys are pinned, and those where that failed. */
  readonly pinned: readonly HostName[];
  readonly faults: readonly Fault[];
}
