import type { Span } from '../model/diagnostic.ts';
import type { Severity } from '../model/severity.ts';
import { MAX_NAME, visible } from './escape.ts';
import { escapeData, escapeProperty } from './escape-command.ts';

/** GitHub shows so many annotations of one severity a step, and drops the others without a word. */
export const PER_SEVERITY = 10;

export interface Remark {
  readonly severity: Severity;
  readonly title: string;
  /** Lines, each made visible already. */
  readonly lines: readonly string[];
  readonly file: string;
  readonly span: Span;
}

/** The workflow command that shows something at its lines of a file. */
export function annotation({ severity, title, lines, file, span }: Remark): string {
  // The runner drops both columns, with a complaint, where first and last line differ.
  const oneLine = span.line === span.endLine;
  const properties = [
    ['file', visible(file, MAX_NAME)],
    ['line', span.line],
    ...(oneLine ? [['col', span.column] as const] : []),
    ['endLine', span.endLine],
    ...(oneLine ? [['endColumn', span.endColumn] as const] : []),
    ['title', title],
  ].map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${severity} ${properties.join(',')}::${escapeData(lines.join('\n'))}`;
}
