import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CommandFailure } from '../../../src/cli/command-failure.ts';
import { parseFlags } from '../../../src/cli/flags.ts';
import { formatFlags } from '../../../src/cli/output/format-flags.ts';
import { formatResult } from '../../../src/cli/output/output.ts';

const RESULT = { data: { z: [{ b: 1, a: 2 }] }, table: () => 'TABLE\n', quiet: () => 'QUIET\n' };

const format = (...words: string[]) => formatResult(parseFlags(words, formatFlags).values, RESULT);

describe('output format', () => {
  for (const { words, text } of [
    { words: [], text: 'TABLE\n' },
    { words: ['--format', 'nonsense'], text: 'TABLE\n' },
    { words: ['--format', 'json', '-q'], text: 'QUIET\n' },
    { words: ['--format', 'json'], text: '{"z":[{"b":1,"a":2}]}\n' },
    { words: ['--format', 'yaml'], text: 'z:\n- b: 1\n  a: 2\n' },
    { words: ['--format', 'jsonpath=z.0'], text: '{\n  "a": 2,\n  "b": 1\n}\n' },
    { words: ['--format', 'jsonpath=nope'], text: 'null\n' },
    { words: ['--format', 'jsonpathology=z.#'], text: '1\n' },
    { words: ['--format', 'jsonpointer=/z/0'], text: '{\n  "b": 1,\n  "a": 2\n}\n' },
  ]) {
    test(words.join(' ') || 'no flags', () => assert.equal(format(...words), text));
  }

  test('a path that is missing is told without a line end', () => {
    assert.throws(
      () => format('--format', 'jsonpath'),
      (error) => error instanceof CommandFailure && error.exitCode === 1 && error.message.endsWith('SYNTAX.md'),
    );
  });
});
