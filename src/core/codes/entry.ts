import type { Severity } from '../model/severity.ts';

/** What a code of a diagnostic stands for: a row of docs/diagnostics.md. */
export interface CodeEntry {
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Why it matters: what would happen on the hosts. */
  readonly explanation: string;
  /** What right looks like, as YAML or in words. */
  readonly fix: string;
}

export type CodeTable = Readonly<Record<string, CodeEntry>>;
