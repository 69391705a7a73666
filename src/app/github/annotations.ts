import { isError, type Diagnostic } from '../../core/model/diagnostic.ts';
import type { Severity } from '../../core/model/severity.ts';
import { place } from '../../core/report/diagnostics.ts';
import { visible } from '../../core/report/escape.ts';
import type { Annotation } from './ports.ts';

const LEVELS: Readonly<Record<Severity, Annotation['level']>> = {
  error: 'failure',
  warning: 'warning',
  notice: 'notice',
};

/**
 * Fifty go into a request, and a minute takes about as many requests as it has seconds: a file with a hundred thousand errors would
 * have the job, and whoever else uses this repository's share of the API, wait for hours.
 */
const MAX_ANNOTATIONS = 250;

/** Each diagnostic at its exact lines, as a check shows it: errors before others where there are too many. GitHub shows the message as plain text. */
export function annotations(diagnostics: readonly Diagnostic[]): readonly Annotation[] {
  const [errors, others] = [diagnostics.filter(isError), diagnostics.filter((each) => !isError(each))];
  const shown = new Set([...errors, ...others].slice(0, MAX_ANNOTATIONS));
  return diagnostics
    .filter((each) => shown.has(each))
    .map(({ code, severity, message, hint, file, span, related }) => ({
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
