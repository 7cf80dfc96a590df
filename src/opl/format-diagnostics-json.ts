import type { Diagnostic } from './diagnostic.ts';

/**
 * Diagnostics for editors and other tools: a JSON array of `{ file, severity, message, start, end }`,
 * positions with lines from 1 and columns from 0 in characters, `end` being the one after the last.
 */
export function formatDiagnosticsJson(name: string, diagnostics: readonly Diagnostic[]): string {
  const items = diagnostics.map(({ file = name, severity, message, start, end }) => {
    return { file, severity, message, start, end };
  });
  return `${JSON.stringify(items, undefined, 2)}\n`;
}
