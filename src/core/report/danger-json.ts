import type { LocatedDanger } from '../model/danger.ts';
import type { Json } from './document.ts';

export function dangerJson({ code, subject, message, file, span }: LocatedDanger): Json {
  return { code, subject, message, file, line: span.line, column: span.column };
}
