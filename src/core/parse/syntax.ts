import type { DiagnosticCode } from '../codes.ts';
import { finding } from '../codes/finding.ts';
import type { Finding, Source } from '../model/diagnostic.ts';
import { escapeText, quote } from '../model/escape.ts';

/** What the YAML library says about a text. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/**
 * The faults that a person can act on. One broken line makes the library complain about everything after it,
 * so that of the plain syntax faults only the first is told.
 */
export function syntaxFindings(
  source: Source,
  text: string,
  faults: readonly SyntaxFault[],
): readonly Finding[] {
  const findings: Finding[] = [];
  let broken = false;
  for (const fault of faults.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const { code, message, hint } = explain(text, fault);
    if (code === 'yaml/syntax' && broken) continue;
    broken ||= code === 'yaml/syntax';
    findings.push(
      finding(code, { at: { source, path: [], offsets: firstLine(text, fault.pos) }, message, hint }),
    );
  }
  return findings;
}

interface Explanation {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
}

function explain(text: string, fault: SyntaxFault): Explanation {
  switch (fault.code) {
    case 'TAB_AS_INDENT':
      return { code: 'yaml/tab', message: 'a tab indents this line', hint: 'indent with spaces' };
    case 'MULTIPLE_DOCS':
      return {
        code: 'yaml/multiple-documents',
        message: 'a second document begins here',
        hint: 'keep one document in the file and remove the line `---`',
      };
    case 'NON_STRING_KEY':
      return {
        code: 'yaml/key-not-text',
        message: 'this key is a list or a mapping',
        hint: 'use a plain name as the key',
      };
    case 'TAG_RESOLVE_FAILED':
      return {
        code: 'yaml/tag',
        message: `the tag ${quote(text.slice(...fault.pos))} has no meaning here`,
        hint: 'remove the tag',
      };
    default:
      return { code: 'yaml/syntax', ...explainSyntax(text, fault) };
  }
}

function explainSyntax(text: string, fault: SyntaxFault): Omit<Explanation, 'code'> {
  const [start] = fault.pos;
  if (text[start] === '[' && /[\w.:-]/.test(text[start - 1] ?? '')) {
    return {
      message: 'a bracket inside `{ }` begins a list',
      hint: "put the range in quotes, such as '192.168.100.[111-130]'",
    };
  }
  return (
    KNOWN[fault.code] ?? {
      message: `YAML: ${lowerFirst(escapeText(fault.message, 160))}`,
      hint: 'mend the YAML here',
    }
  );
}

const KNOWN: Readonly<Record<string, Omit<Explanation, 'code'>>> = {
  BAD_INDENT: {
    message: 'the indentation does not fit the lines above',
    hint: 'align this line with its siblings, or close the bracket before it',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second `: ` stands on this line',
    hint: 'put the value in quotes, or on a line of its own',
  },
  MISSING_CHAR: {
    message: 'a closing quote, bracket or colon is missing',
    hint: 'close what was opened before this place',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'this line is neither `key: value` nor a list item',
    hint: 'write `key: value`, with a blank after the colon',
  },
};

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function firstLine(text: string, [start, end]: readonly [number, number]): readonly [number, number] {
  const lineEnd = text.indexOf('\n', start);
  return [start, Math.max(start, lineEnd < 0 ? end : Math.min(end, lineEnd))];
}
