import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatTable } from '../../../src/cli/output/table-text.ts';

describe('table', () => {
  const tables: readonly [name: string, rows: string[][], text: string][] = [
    ['nothing', [], ''],
    ['a cell of seven characters fits into one tab stop', [['1234567', 'x']], '1234567\tx\t\n'],
    [
      'a cell of eight needs two',
      [
        ['12345678', 'x'],
        ['1', 'x'],
      ],
      '12345678\tx\t\n1\t\tx\t\n',
    ],
    ['empty cells are padded too', [['', '']], '\t\t\n'],
    [
      'a line without a cell ends the block of its column',
      [['a', '12345678'], ['b'], ['c', 'd']],
      'a\t12345678\t\nb\t\nc\td\t\n',
    ],
    [
      'tabs and line ends in a cell separate cells and lines',
      [
        ['a\tb', 'c'],
        ['d\ne', 'f'],
      ],
      'a\tb\tc\t\nd\ne\tf\t\n',
    ],
    ['characters count, not code units', [['🎉🎉🎉🎉🎉🎉🎉', 'x']], '🎉🎉🎉🎉🎉🎉🎉\tx\t\n'],
  ];
  for (const [name, rows, text] of tables) test(name, () => assert.equal(formatTable(rows), text));
});
