import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import type { Json } from '../../../src/cli/output/json.ts';
import { formatYaml } from '../../../src/cli/output/yaml-text.ts';

describe('YAML strings', () => {
  const quoted = [
    '',
    '~',
    'true',
    'FALSE',
    'Null',
    'yes',
    'No',
    'ON',
    'off',
    'y',
    'N',
    '0',
    '01',
    '-1',
    '+1',
    '1_000',
    '1_',
    '0x1f',
    '0o7',
    '0b11',
    '.5',
    '5.',
    '08.5',
    '1.5e3',
    '20200101',
    '2020-01-01',
    '2020-02-29',
    '2020-01-01T00:00:00Z',
    '2020-01-01t00:00:00.5+02:00',
    '2020-01-01 12:00:00',
    '12:30',
    '1:5',
    '*a',
    '&a',
    '!a',
    '%a',
    '@a',
    '#a',
    '>',
    '|',
    '`a',
    '[a',
    ']a',
    '{a',
    '}a',
    ',',
    "'a",
    '"a',
    ' a',
    '-',
    '- a',
    'a#b',
    'a\\b',
    'a: b',
    'a - b',
    'a- b',
    'a:',
    'a ',
  ];
  for (const text of quoted) {
    test(`${JSON.stringify(text)} is quoted`, () => {
      const inside = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
      assert.equal(formatYaml(text), `"${inside}"\n`);
    });
  }

  const plain = [
    'oN',
    'tRue',
    '09',
    '1e3',
    '1E3',
    '-1e3',
    '.inf',
    '-.inf',
    '.nan',
    '1,000',
    '1.2.3',
    '0x',
    '+',
    '_1',
    '1a',
    '12:30:45',
    '2020-1-1',
    '2020-13-40',
    '2021-02-29',
    '24:00',
    '-a',
    '--',
    '?',
    '? a',
    '~a',
    '=',
    '<<',
    'a:b',
    ':a',
    'a :b',
    "it's",
    'a"b',
    'a, b',
    'a]',
    'a&b',
    'a\tb',
    'ä',
    '漢',
    '\u0001',
  ];
  for (const text of plain) {
    test(`${JSON.stringify(text)} is plain`, () => assert.equal(formatYaml(text), `${text}\n`));
  }

  const several: readonly [text: string, yaml: string][] = [
    ['a\nb', 'k: |-\n  a\n  b\n'],
    ['a\n', 'k: |\n  a\n'],
    ['a\n\n', 'k: |+\n  a\n  \n'],
  ];
  for (const [text, yaml] of several) {
    test(`${JSON.stringify(text)} is a literal block`, () => {
      assert.equal(formatYaml({ k: text }), yaml);
      assert.deepEqual(parse(yaml), { k: text });
    });
  }
});

describe('YAML structure', () => {
  const values: readonly [value: Json, yaml: string][] = [
    [null, 'null\n'],
    [[], '[]\n'],
    [{}, '{}\n'],
    [{ a: [], b: {}, c: 1, d: false }, 'a: []\nb: {}\nc: 1\nd: false\n'],
    [{ a: [{ b: [1, 2], c: { d: 'x' } }] }, 'a:\n- b:\n  - 1\n  - 2\n  c:\n    d: x\n'],
    [[[1, [2]], 3], '- - 1\n  - - 2\n- 3\n'],
  ];
  for (const [value, yaml] of values) {
    test(JSON.stringify(value), () => {
      assert.equal(formatYaml(value), yaml);
      assert.deepEqual(parse(yaml), value);
    });
  }
});
