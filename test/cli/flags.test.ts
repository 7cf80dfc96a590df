import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Flag, parseFlags } from '../../src/cli/flags.ts';
import { UsageError } from '../../src/cli/usage-error.ts';

const FLAGS: readonly Flag[] = [
  { kind: 'switch', name: 'quiet', short: 'q', about: '' },
  { kind: 'switch', name: 'yes', short: 'y', about: '' },
  { kind: 'text', name: 'format', default: 'table', about: '' },
  { kind: 'text', name: 'object', short: 'o', about: '' },
  { kind: 'integer', name: 'max-depth', short: 'd', default: 7, about: '' },
  { kind: 'list', name: 'file', short: 'f', about: '' },
];

function parse(line: string) {
  const { values, args } = parseFlags(line.split(' ').filter(Boolean), FLAGS);
  return {
    args,
    quiet: values.isOn('quiet'),
    yes: values.isOn('yes'),
    format: values.text('format'),
    object: values.text('object'),
    depth: values.integer('max-depth'),
    file: values.list('file'),
  };
}

const NOTHING = { args: [], quiet: false, yes: false, format: 'table', object: '', depth: 7, file: [] };

describe('flags', () => {
  const lines: readonly [line: string, expected: Partial<ReturnType<typeof parse>>][] = [
    ['', {}],
    ['a --quiet b', { args: ['a', 'b'], quiet: true }],
    ['--quiet=false', { quiet: false }],
    ['-q=T', { quiet: true }],
    ['-qy', { quiet: true, yes: true }],
    ['-qyd3', { quiet: true, yes: true, depth: 3 }],
    ['-qd 3', { quiet: true, depth: 3 }],
    ['-d=-1', { depth: -1 }],
    ['-d -1', { depth: -1 }],
    ['--max-depth=0x10', { depth: 16 }],
    ['--max-depth 2147483647', { depth: 2 ** 31 - 1 }],
    ['--format json --format=yaml', { format: 'yaml' }],
    ['--format=', { format: '' }],
    ['--format --quiet', { format: '--quiet' }],
    ['-f a,b -fc --file=d', { file: ['a', 'b', 'c', 'd'] }],
    ['-f "a,b",c', { file: ['a,b', 'c'] }],
    ['-f=', { file: [] }],
    ['- -q -- -q --nope', { args: ['-', '-q', '--nope'], quiet: true }],
  ];
  for (const [line, expected] of lines) {
    test(`'${line}' is understood`, () => assert.deepEqual(parse(line), { ...NOTHING, ...expected }));
  }

  const refused: readonly [line: string, message: string][] = [
    ['--nope', 'unknown flag: --nope'],
    ['--nope=1', 'unknown flag: --nope'],
    ['-x', "unknown shorthand flag: 'x' in -x"],
    ['-qx', "unknown shorthand flag: 'x' in -x"],
    ['--=1', 'bad flag syntax: --=1'],
    ['---x', 'bad flag syntax: ---x'],
    ['--format', 'flag needs an argument: --format'],
    ['-qf', "flag needs an argument: 'f' in -f"],
    ['-q=maybe', 'invalid argument "maybe" for "-q, --quiet" flag: expected true or false'],
    ['-d x', 'invalid argument "x" for "-d, --max-depth" flag: expected a whole number of 32 bits'],
    ['-d 2147483648', 'invalid argument "2147483648" for "-d, --max-depth" flag: expected a whole number of 32 bits'],
    ['-f "a', 'invalid argument "\\"a" for "-f, --file" flag: expected a comma-separated list'],
  ];
  for (const [line, message] of refused) {
    test(`'${line}' is refused`, () => assert.throws(() => parse(line), new UsageError(message)));
  }

  test('a flag counts as given when its value is the default', () => {
    const { values } = parseFlags(['--format', 'table'], FLAGS);
    assert.equal(values.isGiven('format'), true);
    assert.equal(values.isGiven('object'), false);
  });
});
