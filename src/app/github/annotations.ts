import type { Diagnostic } from '../../core/model/diagnostic.ts';
import type { Severity } from '../../core/model/severity.ts';
import { place } from '../../core/report/diagnostics.ts';
import { visible } from '../../core/report/escape.ts';
import type { Annotation } from './ports.ts';

const LEVELS: Readonly<Record<Severity, Annotation['level']>> = {
  error: 'failure',
  warning: 'warning',
  notice: 'notice',
};

/** Each diagnostic at its exact lines, as a check shows it. GitHub shows the message as plain text. */
export function annotations(diagnostics: readonly Diagnostic[]): readonly Annotation[] {
  return diagnostics.map(({ code, severity, message, hint, file, span, related }) => ({
    path: file,
    level: LEVELS[severity],
    startLine: span.line,
    endLine: span.endLine,
    ...(span.line === span.endLine ? { columns: [span.column, span.endColumn] as const } : {}),
    title: code,
    message: [
      visible(message),
      ...related.map((other) => `${place(other)}: ${visible(other.message)}`),
      ...(hint === '' ? [] : [`hint: ${visible(hint)}`]),
    ].join('\n'),
  }));
}
