import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDiagnostics } from '../../src/opl/format-diagnostics.ts';
import { formatDiagnosticsJson } from '../../src/opl/format-diagnostics-json.ts';
import { parseOpl } from '../../src/opl/parse.ts';

function format(source: string, { color } = { color: false }): string {
  const { errors, warnings } = parseOpl(source);
  return formatDiagnostics(source, 'model.ts', [...errors, ...warnings], { color });
}

describe('diagnostics for a terminal', () => {
  for (const [what, source, expected] of [
    [
      'underline the token',
      'class A implements Namespace {\n  related: { a: Nope[] }\n}',
      [
        'model.ts:2:17: error: namespace "Nope" was not declared',
        '2 |   related: { a: Nope[] }',
        '  |                 ^^^^',
      ],
    ],
    [
      'underline the end of the document with one caret',
      'class A',
      ['model.ts:1:8: error: expected "implements", got ""', '1 | class A', '  |        ^'],
    ],
    [
      'keep tabs',
      'class A implements Namespace {\n\tfoo\n}',
      ["model.ts:2:2: error: expected 'permits' or 'related', got \"foo\"", '2 | \tfoo', '  | \t^^^'],
    ],
    [
      'count wide characters twice and marks not at all',
      'class "漢字🎉e\u0301" implements Namespace { related: { a: "文"[] } }',
      [
        'model.ts:1:53: error: namespace "文" was not declared',
        '1 | class "漢字🎉e\u0301" implements Namespace { related: { a: "文"[] } }',
        `  | ${' '.repeat(54)}^^`,
      ],
    ],
    [
      'underline up to the end of the line what goes on in the next',
      'class A implements Namespace { related: { a: "N\npe"[] } }',
      [
        'model.ts:1:47: error: namespace "N\\npe" was not declared',
        '1 | class A implements Namespace { related: { a: "N',
        '  |                                               ^',
      ],
    ],
    [
      'leave the carriage return of a line out',
      'class A implements Namespace {\r\n foo\r\n}',
      ["model.ts:2:2: error: expected 'permits' or 'related', got \"foo\"", '2 |  foo', '  |  ^^^'],
    ],
    [
      'show control characters instead of sending them to the terminal',
      'class A implements Namespace { \u001B[31m\u007F\u009B',
      [
        `model.ts:1:32: error: expected 'permits' or 'related', got "at \\"\\\\x1b[31m\\\\x7f\\\\u009b\\": unexpected token \\\\x1b"`,
        '1 | class A implements Namespace { \u241B[31m\u2421\uFFFD',
        '  |                                ^',
      ],
    ],
    [
      'name warnings',
      'class A implements Namespace {}',
      [
        'model.ts:1:7: warning: namespace "A" declares nothing, and nothing refers to it',
        '1 | class A implements Namespace {}',
        '  |       ^',
      ],
    ],
  ] as const) {
    it(what, () => assert.equal(format(source), `${expected.join('\n')}\n`));
  }

  it('are coloured on demand', () => {
    assert.equal(
      format('class A', { color: true }),
      '\u001B[1mmodel.ts:1:8\u001B[0m: \u001B[31merror:\u001B[0m expected "implements", got ""\n' +
        '\u001B[2m1 | \u001B[0mclass A\n\u001B[2m  | \u001B[0m       \u001B[31m^\u001B[0m\n',
    );
  });

  it('leave out lines of which too much would have to be shown', () => {
    assert.equal(
      format(`class ${' '.repeat(5000)} A extends`),
      'model.ts:1:5010: error: expected "implements", got "extends"\n',
    );
  });
});

describe('diagnostics for editors', () => {
  it('are JSON', () => {
    const { errors } = parseOpl('class A');
    assert.deepEqual(JSON.parse(formatDiagnosticsJson('model.ts', errors)), [
      {
        file: 'model.ts',
        severity: 'error',
        message: 'expected "implements", got ""',
        start: { line: 1, column: 7 },
        end: { line: 1, column: 7 },
      },
    ]);
  });
});
