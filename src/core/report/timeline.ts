import { code } from './escape-markdown.ts';
import { markdownTable } from './table.ts';
import { duration } from './words.ts';

const WIDTH = 30;

/** When each phase ran, as a table with bars; milliseconds by phase, in the order in which they ran. */
export function timelineMarkdown(phases: ReadonlyMap<string, number>): string {
  const total = [...phases.values()].reduce((sum, ms) => sum + ms, 0);
  let at = 0;
  const rows = [...phases].map(([phase, ms]) => {
    const row = [code(phase), duration(at), duration(ms), bar(at, ms, total)];
    at += ms;
    return row;
  });
  return rows.length === 0 ? '' : `${markdownTable(['phase', 'after', 'took', ''], rows).join('\n')}\n`;
}

function bar(from: number, ms: number, total: number): string {
  const scale = (value: number) => Math.round((value / Math.max(total, 1)) * WIDTH);
  const length = Math.max(1, scale(from + ms) - scale(from));
  // Blanks that no renderer takes away.
  return '\u2007'.repeat(Math.min(scale(from), WIDTH - 1)) + '█'.repeat(length);
}
