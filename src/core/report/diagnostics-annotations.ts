import type { Diagnostic } from '../model/diagnostic.ts';
import type { Severity } from '../model/severity.ts';
import { annotation, PER_SEVERITY } from './annotation.ts';
import { visible } from './escape.ts';
import { countDiagnostics, place } from './diagnostics.ts';

/** Workflow commands, one a line, and a last line that counts those for which GitHub has no room. */
export function diagnosticsAnnotations(diagnostics: readonly Diagnostic[]): string {
  const seen: Record<Severity, number> = { error: 0, warning: 0, notice: 0 };
  const fits = diagnostics.map(({ severity }) => ++seen[severity] <= PER_SEVERITY);
  const rest = diagnostics.filter((_, i) => !fits[i]);
  const lines = diagnostics.filter((_, i) => fits[i]).map(command);
  if (rest.length > 0)
    lines.push(`not annotated, because GitHub shows ten of each: ${countDiagnostics(rest)}`);
  return lines.map((line) => `${line}\n`).join('');
}

function command({ severity, code, message, hint, file, span, related }: Diagnostic): string {
  const lines = [
    visible(message),
    ...related.map((other) => `${place(other)}: ${visible(other.message)}`),
    ...(hint === '' ? [] : [`hint: ${visible(hint)}`]),
  ];
  return annotation({ severity, title: code, lines, file, span });
}
