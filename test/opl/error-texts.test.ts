import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseOpl } from '../../src/opl/parse.ts';

/** Document, message, start and end column of the contract's examples (OPL A4.1), all on one line. */
const EXAMPLES: readonly (readonly [string, string, number, number])[] = [
  ['class', 'expected identifier, got EOF', 5, 5],
  ['class this implements Namespace {}', 'expected identifier, got KeywordThis', 6, 10],
  ['class X implements', 'expected "Namespace", got ""', 18, 18],
  ['class X implements Namespace {', `expected 'permits' or 'related', got ""`, 30, 30],
  ['class X implements Namespace { foo }', `expected 'permits' or 'related', got "foo"`, 31, 34],
  [
    'class X implements Namespace { * }',
    `expected 'permits' or 'related', got "at \\"* }\\": unexpected token *"`,
    31,
    31,
  ],
  ['class X implements Namespace { related: {', `expected identifier or '}', got EOF ""`, 41, 41],
  [
    'class X implements Namespace { related: { class: X[] } }',
    `expected identifier or '}', got KeywordClass "class"`,
    42,
    47,
  ],
  [
    'class X implements Namespace { related: { 1: X[] } }',
    `expected identifier or '}', got Error "at \\"1: X[] } }\\": unexpected token 1"`,
    42,
    42,
  ],
  ['class X implements Namespace { related: { a: X', 'expected "[", got ""', 46, 46],
  ['class A implements Namespace { related: { x: A } }', 'expected "[", got "}"', 47, 48],
  ['class X implements Namespace { related: { a: Array<X>, } }', `expected identifier or '}', got "," ","`, 53, 54],
  ['class A implements Namespace { related: { x: Array<A>[] } }', `expected identifier or '}', got "[" "["`, 53, 54],
  ['class A implements Namespace { related: { x: A[] | B[] } }', `expected identifier or '}', got "|" "|"`, 49, 50],
  ['class A implements Namespace { related: { x: (A|)[] } }', `expected '|', got "["`, 49, 50],
  [
    'class A implements Namespace { related: { x: A[] }, permits = {} }',
    `expected 'permits' or 'related', got ","`,
    50,
    51,
  ],
  ['class X implements Namespace { related: { a: Y[] } }', 'namespace "Y" was not declared', 45, 46],
  ['class X implements Namespace { related: { a: SubjectSet<Y,"b">[] } }', 'namespace "Y" was not declared', 56, 57],
  [
    'class X implements Namespace { related: { a: SubjectSet<X,"b">[] } }',
    'namespace "X" did not declare relation "b"',
    59,
    60,
  ],
  // Positions are exact, so not those of the contract.
  ['/* unclosed comment', 'fatal: at "": unclosed comment', 0, 19],
  ['"abc', 'fatal: at "": unclosed string literal', 0, 4],
  ['* class', 'fatal: at "* class": unexpected token *', 0, 1],
];

describe("the contract's examples", () => {
  for (const [source, message, start, end] of EXAMPLES) {
    it(source, () => {
      assert.deepEqual(parseOpl(source), {
        namespaces: [],
        errors: [{ message, severity: 'error', start: { line: 1, column: start }, end: { line: 1, column: end } }],
        warnings: [],
      });
    });
  }
});

const A = 'this.related.a.includes(ctx.subject)';

/** What stands between the braces of a class, and the message (OPL A3, A4). */
const MEMBERS: readonly (readonly [string, string])[] = [
  ['related = {}', 'expected ":", got "="'],
  ['permits: {}', 'expected "=", got ":"'],
  ['permits = { v: (context) => }', 'expected "ctx", got "context"'],
  ['permits = { v: (ctx: Foo) => }', 'expected "Context", got "Foo"'],
  ['permits = { v: (ctx): number => }', 'expected "boolean", got "number"'],
  ['permits = { v: (ctx) => this.related.a.includes(ctx.user) }', 'expected "subject", got "user"'],
  ['permits = { v: (ctx) => true }', 'expected "this", got "true"'],
  [`permits = { v: (ctx) => { return ${A} } }`, 'expected "this", got "{"'],
  [`permits = { v: (ctx) => ${A}; }`, 'expected "this", got ";"'],
  [`permits = { v: (ctx) => ${A}) }`, 'expected "this", got ")"'],
  [`permits = { v: (ctx) => !${A}) }`, 'did not expect another expression'],
  ['permits = { v: (ctx) => this.permits.v() }', 'expected "ctx", got ")"'],
  [`permits = { v: (ctx) => ${A} w: (ctx) => ${A} }`, 'expected "this", got "w"'],
  [`permits = { v: (ctx) => (${A}) w: (ctx) => ${A} }`, 'did not expect another expression'],
  [`permits = { v: (ctx) => !${A} w: (ctx) => ${A} }`, 'did not expect another expression'],
  [`permits = { v: (ctx) => !!${A} }`, 'expected "this", got "!"'],
  [`permits = { v: (ctx) => this.related.a.traverse((p: X) => p.permits.v(ctx)) }`, 'expected ")", got ":"'],
  [`permits = { v: (ctx) => this.related.a.traverse(() => p.permits.v(ctx)) }`, 'expected ")", got "=>"'],
  [`permits = { v: (ctx) => ${'('.repeat(10)}${A}`, 'expression nested too deeply; maximal nesting depth is 10'],
  [`permits = { v: (ctx) => ${'('.repeat(9)}!${A}`, 'expression nested too deeply; maximal nesting depth is 10'],
  [`permits = { v: (ctx) => ${'!('.repeat(5)}${A}`, 'expression nested too deeply; maximal nesting depth is 10'],
  [`permits = { v: (ctx) => !${'('.repeat(9)}${A}`, 'expression nested too deeply; maximal nesting depth is 10'],
];

describe('the message for what does not belong', () => {
  for (const [members, message] of MEMBERS) {
    it(members, () => {
      const { errors } = parseOpl(`class X implements Namespace { related: { a: X[] } ${members} }`);
      assert.deepEqual(
        errors.map((error) => error.message),
        [message],
      );
    });
  }
});

describe('the nesting limit allows', () => {
  for (const [open, close] of [
    ['('.repeat(9), ')'.repeat(9)],
    [`${'('.repeat(8)}!`, ')'.repeat(8)],
    ['!('.repeat(4), ')'.repeat(4)],
    [`!${'('.repeat(8)}`, ')'.repeat(8)],
  ] as const) {
    it(`${open}…${close}`, () => {
      const source = `class X implements Namespace { related: { a: X[] } permits = { v: (ctx) => ${open}${A}${close} } }`;
      assert.deepEqual(parseOpl(source).errors, []);
    });
  }
});

describe('the check of a traverse', () => {
  const chain = (length: number): string => {
    const classes = Array.from(
      { length },
      (_, i) => `class C${i} implements Namespace { related: { r: SubjectSet<C${i + 1}, "r">[] } }`,
    );
    return `class U implements Namespace {} ${classes.join(' ')} class C${length} implements Namespace { related: { r: U[] } }
      class X implements Namespace { related: { p: SubjectSet<C0, "r">[] } permits = { v: (ctx) => this.related.p.traverse(x => x.related.zz.includes(ctx.subject)) } }`;
  };
  for (const [length, message] of [
    [9, 'relation "zz" was not declared in namespace "U"'],
    [10, 'could not typecheck deeply nested SubjectSet further'],
  ] as const) {
    it(`follows types that refer to each other ten levels deep: ${length + 1} levels`, () => {
      assert.deepEqual(
        parseOpl(chain(length)).errors.map((error) => error.message),
        [message],
      );
    });
  }

  it('reports each type that lacks the relation, and ends where there are too many ways', () => {
    const { errors } = parseOpl(`class U implements Namespace {}
      class X implements Namespace { related: { p: (U | X | U)[] } permits = { v: (ctx) => this.related.p.traverse(x => x.permits.w(ctx)) } }`);
    assert.deepEqual(
      errors.map((error) => error.message),
      [
        'relation "w" was not declared in namespace "U"',
        'relation "w" was not declared in namespace "U"',
        'relation "w" was not declared in namespace "X"',
      ],
    );
    const many = parseOpl(
      `class X implements Namespace { related: { p: (X${' | SubjectSet<X, "p">'.repeat(50)})[] } permits = { v: (ctx) => this.related.p.traverse(x => x.permits.p(ctx)) } }`,
    );
    assert.equal(many.errors.length, 200);
  });
});
