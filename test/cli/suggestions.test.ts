import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commandTable } from '../../src/cli/command-table.ts';
import { suggestCommands } from '../../src/cli/suggestions.ts';

describe('suggestions', () => {
  for (const [typed, names] of [
    ['chek', ['check']],
    ['CHECK', ['check']],
    ['expa', ['expand']],
    ['explian', ['explain']],
    ['relation', ['relation-tuple']],
    ['serv', ['serve']],
    ['stauts', ['status']],
    ['foo', []],
    ['x', []],
    ['name', []],
  ] as const) {
    test(`'${typed}'`, () => assert.deepEqual(suggestCommands(commandTable.rows, typed), names));
  }
});
