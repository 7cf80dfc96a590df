import type { TableRow } from './command.ts';

/** How many letters may differ between a command and what was typed. */
const MAX_DISTANCE = 2;

/** The names of commands that may have been meant, sorted. Capitals do not count, and a beginning is enough. */
export function suggestCommands(rows: readonly TableRow[], typed: string): string[] {
  const word = typed.toLowerCase();
  return (
    rows
      .filter((row) => !row.isHidden && row.deprecated === undefined)
      .map((row) => row.name)
      // Whoever misspells a command means to do something.
      .filter((name) => name !== 'help')
      .filter((name) => name.startsWith(word) || editDistance(word, name) <= Math.min(MAX_DISTANCE, name.length - 1))
      .sort()
  );
}

/** Letters to insert, remove or replace to turn one word into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
