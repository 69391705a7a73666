/** Something about a repository that is otherwise than the Action needs it. */
export interface SetupFinding {
  readonly code: SetupCode;
  /** `advice`: the Action does without; everything else has to be mended before it is ready. */
  readonly weight: 'missing' | 'unsafe' | 'advice';
  /** What was found, and what follows from it. */
  readonly what: string;
  /** What a person has to do, where `kuiil github setup` does not. */
  readonly byHand?: string;
}

export type SetupCode =
  | 'environment-missing'
  | 'environment-open'
  | 'secret-missing'
  | 'secret-exposed'
  | 'actions-off'
  | 'action-forbidden'
  | 'action-not-pinned'
  | 'pull-requests-by-hand'
  | 'tokens-may-write'
  | 'branch-unprotected'
  | 'plan-not-required'
  | 'workflow-missing'
  | 'workflow-off';

/** What looking at a repository, or setting it up, came to. */
export interface SetupOutcome {
  /** `owner/name`. */
  readonly repository: string;
  /** The default branch. */
  readonly branch: string;
  /** Nothing was to be changed. */
  readonly isCheck: boolean;
  /** What was done, in order. */
  readonly done: readonly string[];
  /** What GitHub would not do. */
  readonly failed: readonly { readonly what: string; readonly cause: string }[];
  /** What is so now, read after everything was done. */
  readonly findings: readonly SetupFinding[];
}

/** Whether the Action can work here, and safely. */
export function isReady({ findings }: SetupOutcome): boolean {
  return findings.every(({ weight }) => weight === 'advice');
}
