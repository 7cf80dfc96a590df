import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CommandFailure } from '../../../src/cli/command-failure.ts';
import { resolvePointer } from '../../../src/cli/output/json-pointer.ts';

/** The document and the pointers of RFC 6901 §5. */
const DOCUMENT = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'm~n': 8, nothing: null };

describe('JSON pointer', () => {
  for (const [pointer, value] of [
    ['', DOCUMENT],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/m~0n', 8],
    ['/nothing', null],
  ] as const) {
    test(pointer || '(empty)', () => assert.deepEqual(resolvePointer(DOCUMENT, pointer), value));
  }

  for (const [pointer, text] of [
    ['/x', 'failed to apply JSON pointer: object has no field "x": JSON pointer error\n'],
    ['/toString', 'failed to apply JSON pointer: object has no field "toString": JSON pointer error\n'],
    ['/foo/2', 'failed to apply JSON pointer: array of 2 has no element "2": JSON pointer error\n'],
    ['/foo/01', 'failed to apply JSON pointer: array of 2 has no element "01": JSON pointer error\n'],
    ['/foo/0/x', 'failed to apply JSON pointer: object has no field "x": JSON pointer error\n'],
    ['foo', 'invalid JSON pointer: JSON pointer must be empty or start with a "/\nJSON pointer error\n'],
  ] as const) {
    test(`${pointer} fails`, () => {
      assert.throws(
        () => resolvePointer(DOCUMENT, pointer),
        (error) => error instanceof CommandFailure && error.message === text && error.exitCode === 1,
      );
    });
  }
});
