import type { SetupFinding } from '../../core/model/github-setup.ts';
import type { WriteRequest } from './ports.ts';

/** What is amiss, and the requests that mend it, if requests do. */
export interface Judged {
  readonly finding: SetupFinding;
  readonly mend?: Mend;
}

export interface Mend {
  /** As what was done is told. */
  readonly what: string;
  readonly requests: readonly WriteRequest[];
}

export interface Choices {
  /** Actions may open pull requests, which lets them approve some as well. */
  readonly openPullRequests: boolean;
}
