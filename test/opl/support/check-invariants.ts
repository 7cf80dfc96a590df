import assert from 'node:assert/strict';
import type { Diagnostic, Position } from '../../../src/opl/diagnostic.ts';
import { formatDiagnostics } from '../../../src/opl/format-diagnostics.ts';
import { parseOpl } from '../../../src/opl/parse.ts';
import { printOpl } from '../../../src/opl/print.ts';
import { simplifyAll } from './simplify.ts';

/** What holds for every text, whether or not it is a document. */
export function checkInvariants(source: string): void {
  const { namespaces, errors, warnings } = parseOpl(source);
  const recovered = parseOpl(source, { recover: true });
  const diagnostics = [...errors, ...warnings, ...recovered.errors];
  for (const diagnostic of diagnostics) assertInside(diagnostic, source);
  assert.deepEqual(recovered.errors[0], errors[0]);
  assert.equal(recovered.errors.length >= errors.length, true);
  formatDiagnostics(source, 'x', diagnostics, { color: true });

  if (errors.length > 0) assert.deepEqual([namespaces, warnings], [[], []]);
  else if (!warnings.some(({ message }) => message.includes('was already declared'))) assertRoundTrip(namespaces);
}

function assertInside({ start, end, message }: Diagnostic, source: string): void {
  assert.notEqual(message, '');
  const lines = source.replace(/^\uFEFF/, '').split('\n');
  for (const { line, column } of [start, end]) {
    const length = Array.from(lines[line - 1] ?? '').length;
    // The end of a mistake in an empty first line is behind it.
    assert.ok(line >= 1 && line <= lines.length && column >= 0 && column <= Math.max(1, length), `${line}:${column}`);
  }
  assert.ok(compare(start, end) <= 0, `${start.line}:${start.column} is after ${end.line}:${end.column}`);
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

function assertRoundTrip(namespaces: Parameters<typeof printOpl>[0]): void {
  const again = parseOpl(printOpl(namespaces));
  assert.deepEqual(again.errors, []);
  assert.deepEqual(simplifyAll(again.namespaces), simplifyAll(namespaces));
}
