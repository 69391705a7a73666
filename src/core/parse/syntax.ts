import type { DiagnosticCode } from '../codes.ts';
import { finding } from '../codes/finding.ts';
import type { Finding, Source } from '../model/diagnostic.ts';
import { escapeText, quote } from '../model/escape.ts';

/** What the YAML library says about a text. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
  /** Finds where the quote or bracket begins that is not closed by `pos`. Costs a walk through the document. */
  readonly opensAt?: () => number | undefined;
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
    if (broken && !(fault.code in SPECIFIC)) continue;
    const { code, message, hint, start = fault.pos[0] } = explain(text, fault);
    broken ||= code === 'yaml/syntax';
    findings.push(
      finding(code, {
        at: { source, path: [], offsets: onOneLine(text, [start, Math.max(start + 1, fault.pos[1])]) },
        message,
        hint,
      }),
    );
  }
  return findings;
}

interface Explanation {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
  /** Where to look, when that is not where the library stopped. */
  readonly start?: number;
}

/** Faults that say what they are; everything else is a fault of syntax. */
const SPECIFIC: Readonly<Record<string, Explanation>> = {
  TAB_AS_INDENT: { code: 'yaml/tab', message: 'a tab indents this line', hint: 'indent with spaces' },
  MULTIPLE_DOCS: {
    code: 'yaml/multiple-documents',
    message: 'a second document begins here',
    hint: 'keep one document in the file and remove the line `---`',
  },
  NON_STRING_KEY: {
    code: 'yaml/key-not-text',
    message: 'this key is a list or a mapping',
    hint: 'use a plain name as the key',
  },
  TAG_RESOLVE_FAILED: { code: 'yaml/tag', message: 'this tag has no meaning here', hint: 'remove the tag' },
};

function explain(text: string, fault: SyntaxFault): Explanation {
  const specific = SPECIFIC[fault.code];
  if (specific?.code === 'yaml/tag')
    return { ...specific, message: `${quote(text.slice(...fault.pos))} has no meaning here` };
  return specific ?? { code: 'yaml/syntax', ...explainSyntax(text, fault) };
}

function explainSyntax(text: string, fault: SyntaxFault): Omit<Explanation, 'code'> {
  const [start] = fault.pos;
  if (text[start] === '[' && /[\w.:-]/.test(text[start - 1] ?? '')) {
    return {
      message: 'a bracket inside `{ }` begins a list',
      hint: "put the range in quotes, such as '192.168.100.[111-130]'",
    };
  }
  const opensAt = fault.opensAt?.();
  if (opensAt !== undefined && !/[\]}]/.test(text[start] ?? '')) {
    return {
      message: `the ${quote(text[opensAt] ?? '')} that opens here is not closed`,
      hint: 'close it on the same line',
      start: opensAt,
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

function onOneLine(text: string, [start, end]: readonly [number, number]): readonly [number, number] {
  const lineEnd = text.indexOf('\n', start);
  return [start, Math.max(start, lineEnd < 0 ? end : Math.min(end, lineEnd))];
}
