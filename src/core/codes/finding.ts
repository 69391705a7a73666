import { CODES, type DiagnosticCode } from '../codes.ts';
import type { Finding } from '../model/diagnostic.ts';

/** A finding with the severity that the registry gives its code. */
export function finding(code: DiagnosticCode, what: Omit<Finding, 'code' | 'severity'>): Finding {
  return { code, severity: CODES[code].severity, ...what };
}
