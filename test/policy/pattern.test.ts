import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Flavor } from '../../src/policy/flavor.ts';
import { readPattern } from '../../src/policy/pattern.ts';
import { StepBudget } from '../../src/policy/regexp/step-budget.ts';

/** The contract's table of single patterns (acp §11.4), and what it says beside it. */
const PATTERNS: readonly { flavor: Flavor; pattern: string; matches: readonly string[]; misses: readonly string[] }[] =
  [
    { flavor: 'exact', pattern: 'a*', matches: ['a*'], misses: ['ab', 'a', 'A*'] },
    { flavor: 'exact', pattern: '<a>', matches: ['<a>'], misses: ['a'] },
    { flavor: 'exact', pattern: '', matches: [''], misses: ['a', ' '] },
    {
      flavor: 'regex',
      pattern: 'users:<.*>',
      matches: ['users:alice', 'users:', 'users:a:b'],
      misses: ['Users:alice', 'xusers:a', 'users:a\nb'],
    },
    { flavor: 'regex', pattern: 'users:.*', matches: ['users:.*'], misses: ['users:alice', 'users:'] },
    { flavor: 'regex', pattern: 'a:<4|44>', matches: ['a:4', 'a:44'], misses: ['a:454', 'a:', 'a:4 '] },
    { flavor: 'regex', pattern: '<[0-9]+>:<[a-z]{2,3}>', matches: ['12:ab', '1:abc'], misses: ['12:abcd', ':ab'] },
    { flavor: 'regex', pattern: '<a|b>c', matches: ['ac', 'bc'], misses: ['a', 'b', 'bcx'] },
    { flavor: 'regex', pattern: '<(?i)abc>d', matches: ['ABCd', 'abcd'], misses: ['abcD'] },
    { flavor: 'regex', pattern: '<(?P<n>x+)>', matches: ['x', 'xx'], misses: ['', 'y'] },
    { flavor: 'regex', pattern: '<<a>>', matches: ['<a>'], misses: ['a'] },
    { flavor: 'regex', pattern: '<>', matches: [''], misses: ['x'] },
    { flavor: 'regex', pattern: 'x<^y>', matches: [], misses: ['xy', 'x^y'] },
    { flavor: 'regex', pattern: '[$^.<a>*+?(){}|\\', matches: ['[$^.a*+?(){}|\\'], misses: ['a'] },
    { flavor: 'glob', pattern: '?at', matches: ['cat', 'éat', '😀at'], misses: ['at', 'chat', ':at'] },
    { flavor: 'glob', pattern: 'foo:*:bar', matches: ['foo:baz:bar', 'foo::bar'], misses: ['foo:bar', 'foo:a:b:bar'] },
    { flavor: 'glob', pattern: 'foo:**:bar', matches: ['foo:a:b:bar', 'foo:bar'], misses: ['foobar', 'foo:baz'] },
    { flavor: 'glob', pattern: '{a:**:b,c}', matches: ['a:b', 'a:x:b', 'c'], misses: ['ab', 'a:'] },
    { flavor: 'glob', pattern: 'x{a:**:b,c}', matches: ['xa::b', 'xc'], misses: ['xa:b'] },
    { flavor: 'glob', pattern: 'foo:**:bar:*', matches: ['foo:q:bar:x', 'foo::bar:x'], misses: ['foo:bar:x'] },
    { flavor: 'glob', pattern: '[!cb]at', matches: ['tat', ':at'], misses: ['cat', 'bat', 'at'] },
    { flavor: 'glob', pattern: '[a-c]at', matches: ['cat', 'bat'], misses: ['mat', 'at'] },
    { flavor: 'glob', pattern: '[abc-e]', matches: ['a', 'b', 'c', '-', 'e'], misses: ['d'] },
    { flavor: 'glob', pattern: '[a\\-c]', matches: ['a', '-', 'c'], misses: ['b'] },
    { flavor: 'glob', pattern: '[^a]', matches: ['^', 'a'], misses: ['b'] },
    { flavor: 'glob', pattern: '[!!a]', matches: ['b'], misses: ['!', 'a'] },
    { flavor: 'glob', pattern: '{cat,bat,[mt]at}', matches: ['cat', 'bat', 'mat'], misses: ['rat', 'at', 'cat,bat'] },
    { flavor: 'glob', pattern: '{a{b,c},d}', matches: ['ab', 'ac', 'd'], misses: ['a', 'b'] },
    { flavor: 'glob', pattern: 'foo\\\\bar', matches: ['foo\\bar'], misses: ['foobar'] },
    { flavor: 'glob', pattern: 'foo\\bar\\', matches: ['foobar'], misses: ['foo\\bar'] },
    { flavor: 'glob', pattern: 'foo\\*bar', matches: ['foo*bar'], misses: ['fooxbar', 'foo\\*bar'] },
    { flavor: 'glob', pattern: '*', matches: ['', 'abc', 'a/b.c', 'a\nb'], misses: ['a:b', ':'] },
    { flavor: 'glob', pattern: '**', matches: ['', 'abc', 'a:b', 'a\nb'], misses: [] },
    { flavor: 'glob', pattern: '***', matches: ['', 'abc', 'a:b'], misses: [] },
    { flavor: 'glob', pattern: 'a{b,c', matches: ['ab', 'ac'], misses: ['a'] },
    { flavor: 'glob', pattern: 'a,b}c]', matches: ['a,b}c]'], misses: ['a'] },
    { flavor: 'glob', pattern: '', matches: [''], misses: ['x'] },
  ];

const INVALID: readonly { flavor: Flavor; patterns: readonly string[] }[] = [
  {
    flavor: 'regex',
    patterns: ['<', '>', 'a<b', 'a>b', '<a>>', '><', '<(>', '<a)(b>', '<a(?=b)>b', '<(a)\\1>', '<*>'],
  },
  { flavor: 'regex', patterns: ['<\\Qa>', '<[>', '<a{1001}>', '<(?<=a)b>', '<\\p{Nope}>', '<[a-z]{1000}[a-z]{1000}'] },
  { flavor: 'regex', patterns: [`<${'[a-z]{1000}'.repeat(101)}>`, `<${'('.repeat(1_001)}${')'.repeat(1_001)}>`] },
  { flavor: 'glob', patterns: ['[a', '[]', '[!]', '[z-a]', '[a-cx]', '[a-]', '[a-b-c]', '[', '[!', '{a,[bc}'] },
  { flavor: 'glob', patterns: ['{'.repeat(101)] },
];

describe('patterns', () => {
  for (const { flavor, pattern, matches, misses } of PATTERNS) {
    it(`reads ${flavor} ${JSON.stringify(pattern)}`, () => {
      for (const value of matches) assert.equal(isMatch(flavor, pattern, value), true, JSON.stringify(value));
      for (const value of misses) assert.equal(isMatch(flavor, pattern, value), false, JSON.stringify(value));
    });
  }

  for (const { flavor, patterns } of INVALID) {
    for (const pattern of patterns) {
      it(`finds fault with ${flavor} ${pattern.slice(0, 40)}`, () => {
        assert.equal(readPattern(flavor, pattern).kind, 'invalid');
      });
    }
  }

  it('match themselves where they have no meta characters, whatever the flavor', () => {
    fc.assert(
      fc.property(plainText(), plainText(), (pattern, value) => {
        for (const flavor of ['glob', 'regex'] as const) {
          assert.equal(isMatch(flavor, pattern, pattern), true);
          assert.equal(isMatch(flavor, pattern, value), isMatch('exact', pattern, value));
        }
      }),
    );
  });

  it('begin with the prefix that they are found by', () => {
    const text = fc.stringMatching(/^[ab:]{0,4}$/);
    const pattern = fc.tuple(text, fc.constantFrom('*', '**', '?', '{a,b}', '[!a]', '{**,b}'), text);
    fc.assert(
      fc.property(pattern, text, (parts, value) => {
        const read = readPattern('glob', parts.join(''));
        assert.ok(read.kind === 'prefixed');
        assert.equal(read.prefix, parts[0]);
        if (read.compilable.compile()(value, unlimited())) assert.ok(value.startsWith(read.prefix));
      }),
    );
  });
});

/** Any characters but those that mean something in a glob or a delimited expression. */
function plainText(): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replace(/[*?[\]{}\\<>,]|\p{Surrogate}/gu, '-'));
}

function isMatch(flavor: Flavor, pattern: string, value: string): boolean {
  const read = readPattern(flavor, pattern);
  assert.ok(read.kind !== 'invalid', `${pattern} is invalid`);
  return read.kind === 'text' ? read.text === value : read.compilable.compile()(value, unlimited());
}

function unlimited(): StepBudget {
  return new StepBudget({ maxSteps: Number.POSITIVE_INFINITY });
}
