import type { Diagnostic } from '../model/diagnostic.ts';
import type { Severity } from '../model/severity.ts';
import { MAX_NAME, visible } from './escape.ts';
import { escapeData, escapeProperty } from './escape-command.ts';
import { countDiagnostics, place } from './diagnostics.ts';

/** GitHub shows so many annotations of one severity a step, and drops the others without a word. */
const PER_SEVERITY = 10;

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

function command(diagnostic: Diagnostic): string {
  const { severity, code, message, hint, file, span, related } = diagnostic;
  // The runner drops both columns, with a complaint, where first and last line differ.
  const oneLine = span.line === span.endLine;
  const properties = [
    ['file', visible(file, MAX_NAME)],
    ['line', span.line],
    ...(oneLine ? [['col', span.column] as const] : []),
    ['endLine', span.endLine],
    ...(oneLine ? [['endColumn', span.endColumn] as const] : []),
    ['title', code],
  ].map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  const text = [
    visible(message),
    ...related.map((other) => `${place(other)}: ${visible(other.message)}`),
    ...(hint === '' ? [] : [`hint: ${visible(hint)}`]),
  ].join('\n');
  return `::${severity} ${properties.join(',')}::${escapeData(text)}`;
}
