import type { Diagnostic } from './diagnostic.ts';
import { textWidth } from './text-width.ts';

/** Longer lines are cut, so that one of a generated document does not fill the screen. */
const MAX_LINE_LENGTH = 400;

const COLORS = { error: '\u001B[31m', warning: '\u001B[33m', bold: '\u001B[1m', dim: '\u001B[2m' };
const RESET = '\u001B[0m';

/**
 * Diagnostics for a terminal: each with its line of the document, and what is meant in it underlined.
 * Columns count from 1, as editors do with `file:line:column`.
 */
export function formatDiagnostics(
  source: string,
  name: string,
  diagnostics: readonly Diagnostic[],
  { color }: { color: boolean },
): string {
  const lines = source.replace(/^\uFEFF/, '').split('\n');
  const paint = (text: string, style: keyof typeof COLORS): string => (color ? COLORS[style] + text + RESET : text);
  return diagnostics.map((diagnostic) => formatOne(diagnostic, name, lines, paint)).join('');
}

/** `file:line:column`, columns from 1. */
export function formatPlace(name: string | undefined, { line, column }: Diagnostic['start']): string {
  return `${name === undefined ? '' : `${name}:`}${line}:${column + 1}`;
}

function formatOne(
  { severity, message, start, end }: Diagnostic,
  name: string,
  lines: readonly string[],
  paint: (text: string, style: keyof typeof COLORS) => string,
): string {
  const head = `${paint(formatPlace(name, start), 'bold')}: ${paint(`${severity}:`, severity)} ${message}\n`;
  const line = Array.from((lines[start.line - 1] ?? '').replace(/\r$/, '').slice(0, MAX_LINE_LENGTH));
  if (start.column > line.length) return head;
  const before = line.slice(0, start.column);
  // What goes on over the end of the line is underlined up to there; what is empty, with one caret.
  const meant = line.slice(start.column, end.line > start.line ? undefined : end.column);
  const carets = '^'.repeat(Math.max(1, textWidth(meant)));
  const number = String(start.line);
  const margin = `${' '.repeat(number.length)} | `;
  return [
    head,
    `${paint(`${number} | `, 'dim')}${line.map(visible).join('')}\n`,
    `${paint(margin, 'dim')}${blank(before)}${paint(carets, severity)}\n`,
  ].join('');
}

/** Control characters as signs of one column, so that a document cannot write escape sequences to the terminal. */
function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x09) return character;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return code > 0x7f && code < 0xa0 ? '\uFFFD' : character;
}

/** As wide as the text: tabs stay, because their width depends on where they stand. */
function blank(characters: readonly string[]): string {
  return characters.map((character) => (character === '\t' ? '\t' : ' '.repeat(textWidth([character])))).join('');
}
