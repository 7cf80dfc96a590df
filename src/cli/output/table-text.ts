const TAB_STOP = 8;

/**
 * Cells in columns, separated by tabs. A column is as wide as its longest cell in the lines above and below that also have it;
 * every cell, the last one too, is padded with at least one tab.
 *
 * Source: contract, command line §4.1.
 */
export function formatTable(rows: readonly (readonly string[])[]): string {
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
  return rows
    .map((row, at) => `${row.map((cell, column) => pad(cell, widths[at]?.[column] ?? 0)).join('')}\n`)
    .join('');
}

function columnWidth(cells: readonly string[]): number {
  const longest = Math.max(0, ...cells.map(length));
  return Math.ceil((longest + 1) / TAB_STOP) * TAB_STOP;
}

function pad(cell: string, width: number): string {
  return cell + '\t'.repeat(Math.ceil((width - length(cell)) / TAB_STOP));
}

/** In code points. */
function length(text: string): number {
  return [...text].length;
}
