import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Severity } from '../model/severity.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';
import { count } from './words.ts';

/** As many as somebody scrolls through. */
const MAX_SHOWN = 500;

/** One paragraph a diagnostic, as compilers write them, and a line that counts them; of very many the first. Empty when there is none. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], paint: Paint = PLAIN): string {
  if (diagnostics.length === 0) return '';
  const more = diagnostics.length - MAX_SHOWN;
  return [
    ...diagnostics.slice(0, MAX_SHOWN).map((diagnostic) => paragraph(diagnostic, paint)),
    ...(more > 0 ? [`${count(more, 'more', 'more')} not shown`] : []),
    paint.bold(countDiagnostics(diagnostics)),
    '',
  ].join('\n');
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
