import type { DiagnosticCode } from '../codes.ts';
import type { Severity } from './severity.ts';

/** Which of the user's two files: `topology.yaml`, or the keys file beside it. */
export type Source = 'topology' | 'keys';

/** From the document's root: mapping keys and list indexes. */
export type Path = readonly (string | number)[];

/** A place in one of the user's files, before it is turned into a line. `on` says whether the key or its value is meant. */
export interface Place {
  readonly source: Source;
  readonly path: Path;
  readonly on?: 'key' | 'value';
  /** First and last (exclusive) character offset of a fault in the YAML itself, to which no path leads. */
  readonly offsets?: readonly [number, number];
}

/** Lines and columns count from 1; `endColumn` is exclusive. Columns count UTF-16 code units, as editors do. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What a rule finds: a place by path, not yet a line. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** What was found, quoted, and the other place involved. Lower-case start, no full stop. */
  readonly message: string;
  /** One imperative that mends it. */
  readonly hint: string;
  readonly at: Place;
  readonly related?: readonly { readonly at: Place; readonly message: string }[];
  /**
   * Places whose content this finding takes for complete. It is not shown when something there could not be
   * read, because then it may be false: a cluster whose only tunnel address has a typo has a tunnel node.
   */
  readonly restsOn?: readonly Place[];
}

/** A finding with its file and line: what users see. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
  readonly file: string;
  readonly span: Span;
  readonly related: readonly { readonly file: string; readonly span: Span; readonly message: string }[];
}

/** A value, unless an error forbids one, and everything there is to say about the input. */
export interface Checked<T, D = Diagnostic> {
  readonly value: T | undefined;
  readonly diagnostics: readonly D[];
}

export function isError(diagnostic: { readonly severity: Severity }): boolean {
  return diagnostic.severity === 'error';
}
