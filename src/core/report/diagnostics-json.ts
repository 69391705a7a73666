import { isError, type Diagnostic } from '../model/diagnostic.ts';
import type { Document, Json } from './document.ts';

/** The document of kind `validate`. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): Document {
  return {
    kuiil: 1,
    kind: 'validate',
    valid: !diagnostics.some(isError),
    diagnostics: diagnostics.map(entry),
  };
}

function entry({ code, severity, message, hint, file, span, related }: Diagnostic): Json {
  return {
    code,
    severity,
    message,
    file,
    line: span.line,
    column: span.column,
    endLine: span.endLine,
    endColumn: span.endColumn,
    hint,
    related: related.map((other) => ({
      message: other.message,
      file: other.file,
      line: other.span.line,
      column: other.span.column,
    })),
  };
}
