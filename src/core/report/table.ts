/** Columns of plain text, two blanks apart and two from the margin; `paintCell` may colour what is already padded. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  paintCell: (cell: string, column: number, row: number) => string = (cell) => cell,
): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  }
  return rows.map((cells, row) =>
    `  ${cells
      .map((cell, i) => {
        // Nothing follows the last cell: no blanks at the end of a line.
        const padding = i === cells.length - 1 ? '' : ' '.repeat(widths[i]! - cell.length + 2);
        return paintCell(cell, i, row) + padding;
      })
      .join('')}`.trimEnd(),
  );
}

/** A table in GitHub's Markdown. The cells are Markdown already: without line breaks and bare pipes. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return [tableLine(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(tableLine)];
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
