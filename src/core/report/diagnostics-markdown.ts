import type { Diagnostic } from '../model/diagnostic.ts';
import { COMMENT_BUDGET, fitFirst, size } from './budget.ts';
import { countDiagnostics, place } from './diagnostics.ts';
import { code, prose } from './escape-markdown.ts';
import { markdownTable } from './table.ts';
import { count } from './words.ts';

/** What the verdict and the line about what was omitted take at most. */
const FRAME = 400;

/** A verdict and a table, of at most `budget` bytes. */
export function diagnosticsMarkdown(diagnostics: readonly Diagnostic[], budget = COMMENT_BUDGET): string {
  if (diagnostics.length === 0) return '**The topology is valid.**\n';
  const [head, rule, ...rows] = markdownTable(['where', 'what'], diagnostics.map(row));
  const { taken, omitted } = fitFirst(rows, budget - FRAME - size(`${head}\n${rule}\n`));
  const lines = [
    `**${countDiagnostics(diagnostics)}**`,
    '',
    ...(taken.length > 0 ? [head, rule, ...taken] : []),
    ...(omitted > 0 ? ['', `${count(omitted, 'more', 'more')} not shown here: run \`kuiil validate\`.`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function row(diagnostic: Diagnostic): readonly string[] {
  const { severity, message, hint, related } = diagnostic;
  const what = [
    `**${severity}**: ${prose(message)} (${code(diagnostic.code)})`,
    ...related.map((other) => `${code(place(other))}: ${prose(other.message)}`),
    ...(hint === '' ? [] : [`hint: ${prose(hint)}`]),
  ];
  return [code(place(diagnostic)), what.join('<br>')];
}
