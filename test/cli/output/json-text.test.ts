import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatJson } from '../../../src/cli/output/json-text.ts';

describe('JSON', () => {
  test('what could end a script element or a line of one is escaped', () => {
    assert.equal(
      formatJson({ '<k>': 'a&b\u2028\u2029é🎉\u0001\n' }),
      '{"\\u003ck\\u003e":"a\\u0026b\\u2028\\u2029é🎉\\u0001\\n"}\n',
    );
  });

  test('the pretty form is indented by two spaces', () => {
    assert.equal(
      formatJson({ a: [1, {}], b: [] }, { isPretty: true }),
      '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}\n',
    );
  });
});
