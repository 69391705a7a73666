/**
 * Lines that the runner does not take for commands: `::NAME::` at the beginning of a line, and the older `##[NAME]` anywhere in
 * it. Only what is written by us on purpose goes past this.
 */
export function inert(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/^(\s*):(?=:)/u, '$1\\:').replaceAll('##[', '##\\['))
    .join('\n');
}
