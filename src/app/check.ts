import {
  type Checked,
  type Diagnostic,
  type Finding,
  isError,
  type Place,
} from '../core/model/diagnostic.ts';
import { compareText } from '../core/model/name.ts';
import type { Topology } from '../core/model/topology.ts';
import { type Input, parse, type Parsed } from '../core/parse/parse.ts';
import { brokenExpectations } from './expect.ts';
import { expired } from '../core/validate/expired.ts';
import { validate } from '../core/validate/validate.ts';

export interface Examined extends Checked<Topology> {
  readonly locate: Parsed['locate'];
}

/**
 * The topology of the user's files, unless an error forbids it, and every diagnostic: sorted by file, line
 * and column, none twice. Never throws, whatever the bytes.
 *
 * @param today `YYYY-MM-DD`, to tell what has expired; without it nothing has
 */
export function check(input: Input, today = ''): Examined {
  const parsed = parse(input);
  const { value } = parsed;
  const findings = [...parsed.diagnostics, ...(value ? [...validate(value), ...expired(value, today)] : [])];
  // What is broken is not proved: the errors say what has to be mended first.
  if (value && !findings.some(isError)) findings.push(...brokenExpectations(value));
  const diagnostics = distinct(founded(findings, parsed.doubts).map((found) => locate(found, parsed.locate)));
  return { value: diagnostics.some(isError) ? undefined : parsed.value, diagnostics, locate: parsed.locate };
}

/** Leaves out what rests on places that could not be read. */
function founded(findings: readonly Finding[], doubts: readonly Place[]): readonly Finding[] {
  const doubted = new Set(doubts.map(placeKey));
  // A place is in doubt as well when something below it is.
  const above = new Set(
    doubts.flatMap(({ source, path }) => path.map((_, i) => placeKey({ source, path: path.slice(0, i) }))),
  );
  const isDoubted = ({ source, path }: Place) =>
    above.has(placeKey({ source, path })) ||
    [...path, ''].some((_, i) => doubted.has(placeKey({ source, path: path.slice(0, i) })));
  return findings.filter((found) => !found.restsOn?.some(isDoubted));
}

function placeKey({ source, path }: Pick<Place, 'source' | 'path'>): string {
  return JSON.stringify([source, ...path]);
}

function locate(found: Finding, where: Parsed['locate']): Diagnostic {
  const { code, severity, message, hint, at, related = [] } = found;
  return {
    code,
    severity,
    message,
    hint,
    ...where(at),
    related: related.map((other) => ({ ...where(other.at), message: other.message })),
  };
}

function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.toSorted(compareDiagnostics).filter((found) => {
    const key = JSON.stringify([found.file, found.span.line, found.span.column, found.code, found.message]);
    return seen.size < seen.add(key).size;
  });
}

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.file, b.file) ||
    a.span.line - b.span.line ||
    a.span.column - b.span.column ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}
