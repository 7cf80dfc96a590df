const TAB_STOP = 8;

/**
 * Cells in columns, separated by tabs. A column is as wide as its longest cell in the lines above and below that also
 * have it; every cell, the last one too, is padded with at least one tab. Tabs and line ends inside a cell separate
 * cells and lines as well.
 *
 * Source: contract, command line §4.1.
 */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const text = rows.map((row) => `${row.join('\t')}\t\n`).join('');
  // What stands behind the last tab of a line is no cell.
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths = columnWidths(lines.map((line) => line.slice(0, -1)));
  return lines
    .map((line, at) => line.map((cell, column) => cell + padding(cell, widths[at]?.[column] ?? 0)).join(''))
    .join('\n');
}

/** The width of every cell, in characters. */
function columnWidths(rows: readonly (readonly string[])[]): number[][] {
  const widths = rows.map((row) => row.map(() => 0));
  const mostCells = Math.max(0, ...rows.map((row) => row.length));
  for (let column = 0; column < mostCells; column++) {
    for (let start = 0; start < rows.length; start++) {
      let end = start;
      while ((rows[end]?.length ?? 0) > column) end++;
      const width = columnWidth(rows.slice(start, end).map((row) => row[column] ?? ''));
      for (const row of widths.slice(start, end)) row[column] = width;
      start = end;
    }
  }
  return widths;
}

function columnWidth(cells: readonly string[]): number {
  const longest = Math.max(0, ...cells.map(length));
  return Math.ceil((longest + 1) / TAB_STOP) * TAB_STOP;
}

function padding(cell: string, width: number): string {
  return '\t'.repeat(Math.max(0, Math.ceil((width - length(cell)) / TAB_STOP)));
}

/** In code points. */
function length(text: string): number {
  return [...text].length;
}
