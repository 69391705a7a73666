/**
 * Lines that the runner does not take for commands: `::NAME::` at the beginning of a line, behind whatever .NET takes for blank, and
 * the older `##[NAME]` anywhere in it. Only what is written by us on purpose goes past this.
 */
export function inert(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/^([\s\u0085]*):(?=:)/u, '$1\\:').replaceAll('##[', '##\\['))
    .join('\n');
}
