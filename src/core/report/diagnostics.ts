import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Severity } from '../model/severity.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';
import { count } from './words.ts';

/** As many as somebody scrolls through in the log of a job. */
const MAX_LOGGED = 500;

/** One paragraph a diagnostic, as compilers write them, and a line that counts them; empty when there is none. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], paint: Paint = PLAIN): string {
  if (diagnostics.length === 0) return '';
  const total = paint.bold(countDiagnostics(diagnostics));
  return [...diagnostics.map((diagnostic) => paragraph(diagnostic, paint)), total, ''].join('\n');
}

/** The same for a log, which nobody reads to the end of: the first ones, and how many there are. */
export function diagnosticsLog(diagnostics: readonly Diagnostic[]): string {
  const more = diagnostics.length - MAX_LOGGED;
  if (more <= 0) return diagnosticsText(diagnostics);
  const shown = diagnostics.slice(0, MAX_LOGGED).map((diagnostic) => paragraph(diagnostic, PLAIN));
  return [...shown, `${count(more, 'more', 'more')} not shown`, countDiagnostics(diagnostics), ''].join('\n');
}

/** `2 errors, 1 warning`; severities that do not occur are left out. */
export function countDiagnostics(diagnostics: readonly { readonly severity: Severity }[]): string {
  return (['error', 'warning', 'notice'] as const)
    .map((severity) => ({
      severity,
      amount: diagnostics.filter((each) => each.severity === severity).length,
    }))
    .filter(({ amount }) => amount > 0)
    .map(({ severity, amount }) => count(amount, severity))
    .join(', ');
}

/** `file:line:column`. */
export function place({ file, span }: { readonly file: string; readonly span: Span }): string {
  return `${visible(file, MAX_NAME)}:${span.line}:${span.column}`;
}

function paragraph(diagnostic: Diagnostic, paint: Paint): string {
  const { code, severity, message, hint, related } = diagnostic;
  const colour = { error: paint.red, warning: paint.yellow, notice: paint.cyan }[severity];
  const lines = [
    `${paint.bold(place(diagnostic))}: ${colour(severity)}: ${visible(message)} ${paint.dim(`[${code}]`)}`,
    ...related.map((other) => `  ${place(other)}: ${visible(other.message)}`),
    ...(hint === '' ? [] : [`  ${paint.cyan('hint')}: ${visible(hint)}`]),
  ];
  return lines.join('\n');
}
