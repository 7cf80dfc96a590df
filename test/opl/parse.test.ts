import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RewriteChild } from '../../src/namespace/namespace.ts';
import { decodeOpl } from '../../src/opl/decode.ts';
import { type ParseResult, parseOpl, parseOplFiles } from '../../src/opl/parse.ts';

const RELATIONS =
  'class U implements Namespace {}\nclass X implements Namespace { related: { a: U[] b: U[] c: U[] p: X[] }';

/** A document whose permit `v` has this body; A, B, C stand for leaves. */
function withPermit(body: string): string {
  const leaves = body.replace(/\b[ABC]\b/g, (leaf) => `this.related.${leaf.toLowerCase()}.includes(ctx.subject)`);
  return `${RELATIONS}\n permits = { v: (ctx) => ${leaves} } }`;
}

function bodyOf(source: string): string {
  const { namespaces, errors } = parseOpl(source);
  assert.deepEqual(errors, []);
  const rewrite = namespaces.find(({ name }) => name === 'X')?.relations.find(({ name }) => name === 'v')?.rewrite;
  assert.ok(rewrite);
  return show(rewrite);
}

function show(node: RewriteChild): string {
  switch (node.kind) {
    case 'union':
      return `or(${node.children.map(show).join(' ')})`;
    case 'intersection':
      return `and(${node.children.map(show).join(' ')})`;
    case 'invert':
      return `not(${show(node.child)})`;
    case 'computed':
      return node.relation;
    case 'traverse':
      return `${node.relation}->${node.computedRelation}`;
  }
}

const brief = ({ errors, warnings }: ParseResult): string[] =>
  [...errors, ...warnings].map(({ file, start, message }) => `${file ?? ''}${start.line}:${start.column} ${message}`);

describe('the body of a permit', () => {
  for (const [body, expected] of [
    ['A', 'or(a)'],
    ['!A', 'or(not(a))'],
    ['(A)', 'or(a)'],
    ['((A))', 'or(a)'],
    ['A || B', 'or(a b)'],
    ['A && B', 'and(a b)'],
    ['A || B || C', 'or(a b c)'],
    ['A && B && C', 'and(a b c)'],
    ['A || B && C', 'and(or(a b) c)'],
    ['A && B || C', 'or(and(a b) c)'],
    ['A && B || C && A', 'and(or(and(a b) c) a)'],
    ['A && (B || C)', 'and(a or(b c))'],
    ['(A || B) && C', 'and(or(a b) c)'],
    ['(A || B) || C', 'or(or(a b) c)'],
    ['(A && B)', 'and(a b)'],
    ['(A && B) || (C)', 'or(and(a b) or(c))'],
    ['(A) && B', 'and(or(a) b)'],
    ['!A || B', 'or(not(a) b)'],
    ['!(A || B) && C', 'and(not(or(a b)) c)'],
    ['!(A)', 'or(not(or(a)))'],
    ['!(!A)', 'or(not(or(not(a))))'],
    ['!(A && B)', 'or(not(and(a b)))'],
    ['this.permits.a(ctx)', 'or(a)'],
    ['this.related.p.traverse((x) => x.related.a.includes(ctx.subject))', 'or(p->a)'],
    ['this.related["p"].traverse(x => x.permits["v"](ctx)) && A', 'and(p->v a)'],
  ] as const) {
    it(`${body} is ${expected}`, () => assert.equal(bodyOf(withPermit(body)), expected));
  }
});

describe('what has no sensible meaning is an error', () => {
  for (const [body, message] of [
    ['A B', 'expected "&&" or "||" between two expressions, got "this"'],
    ['A && B C', 'expected "&&" or "||" between two expressions, got "this"'],
    ['A !B', 'expected "&&" or "||" between two expressions, got "!"'],
    ['(A) (B)', 'expected "&&" or "||" between two expressions, got "("'],
    ['(A) !B', 'expected "&&" or "||" between two expressions, got "!"'],
    ['!A (B)', 'expected "&&" or "||" between two expressions, got "("'],
    ['A || || B', 'operator "||" has no left operand'],
    ['A || && B', 'operator "&&" has no left operand'],
    ['&& A', 'operator "&&" has no left operand'],
    ['A ||', 'operator "||" has no right operand'],
    ['(A &&) || B', 'operator "&&" has no right operand'],
    ['A ||,', 'operator "||" has no right operand'],
    ['(A', 'expected ")" to close the group, got "}"'],
    ['!((A)', 'expected ")" to close the group, got "}"'],
    ['', 'the permit has no body'],
    [',', 'the permit has no body'],
    ['()', 'the group is empty'],
    ['A || ()', 'the group is empty'],
    ['!()', 'the group is empty'],
  ] as const) {
    it(body === '' ? 'an empty body' : body, () => {
      const { namespaces, errors } = parseOpl(withPermit(body));
      assert.deepEqual([namespaces, errors.map((error) => error.message)], [[], [message]]);
    });
  }
});

describe('positions', () => {
  it('count characters, not bytes or UTF-16 units', () => {
    const [error] = parseOpl('class A implements Namespace { related: { "🎉ß": A[] c: "🎉🎉"[] } }').errors;
    assert.deepEqual(
      [error?.start, error?.end],
      [
        { line: 1, column: 56 },
        { line: 1, column: 58 },
      ],
    );
  });

  it('of strings over several lines are where they begin and end', () => {
    const [error] = parseOpl('class A implements Namespace { related: { c: "x\ny"[] } }').errors;
    assert.deepEqual(
      [error?.start, error?.end],
      [
        { line: 1, column: 46 },
        { line: 2, column: 1 },
      ],
    );
  });

  it('do not count a leading byte order mark', () => {
    const bytes = Buffer.from('\uFEFFclass A extends', 'utf8');
    const [error] = parseOpl(decodeOpl(bytes)).errors;
    assert.deepEqual(error?.start, { line: 1, column: 8 });
  });
});

describe('recovery', () => {
  const source = `class A implements Namespace { foo }
class B implements Namespace { related: { a: A[] } permits = { v: (ctx) => this.related.a.includes(ctx) } }
class C implements Namespace { related: { a: Nope[] } }
# ? class D extends
"unclosed`;

  it('reports the first mistake only, unless asked for', () => {
    assert.deepEqual(brief(parseOpl(source)), ["1:31 expected 'permits' or 'related', got \"foo\""]);
  });

  it('goes on with the next class, and reports no types of what did not parse', () => {
    assert.deepEqual(brief(parseOpl(source, { recover: true })), [
      "1:31 expected 'permits' or 'related', got \"foo\"",
      '2:102 expected ".", got ")"',
      '4:0 fatal: at "# ? class D extends\\n\\"unclosed": unexpected token #',
      '4:12 expected "implements", got "extends"',
    ]);
  });

  it('does not repeat the rest of the document in every message', () => {
    const messages = parseOpl('# class A implements Namespace { # class A implements Namespace { #', {
      recover: true,
    }).errors;
    assert.deepEqual(
      messages.slice(1).map(({ message }) => message),
      [
        'expected \'permits\' or \'related\', got "unexpected character \\"#\\""',
        'expected \'permits\' or \'related\', got "unexpected character \\"#\\""',
      ],
    );
  });
});

describe('files', () => {
  it('are one model, and diagnostics name the file', () => {
    const result = parseOplFiles([
      { name: 'a.ts', source: 'class A implements Namespace { related: { b: B[] c: C[] } }' },
      { name: 'b.ts', source: '\nclass B implements Namespace { related: { d: D[] } }' },
    ]);
    assert.deepEqual(brief(result), [
      'a.ts1:52 namespace "C" was not declared',
      'b.ts2:45 namespace "D" was not declared',
    ]);
  });

  it('are each read to the first mistake', () => {
    const result = parseOplFiles([
      { name: 'a.ts', source: 'class' },
      { name: 'b.ts', source: 'class' },
    ]);
    assert.deepEqual(brief(result), ['a.ts1:5 expected identifier, got EOF', 'b.ts1:5 expected identifier, got EOF']);
  });

  it('load with a warning when they declare a class twice; the last one counts', () => {
    const result = parseOplFiles([
      { name: 'a.ts', source: 'class A implements Namespace { related: { a: A[] } }' },
      { name: 'b.ts', source: 'class A implements Namespace { related: { b: A[] } }' },
    ]);
    assert.deepEqual(brief(result), ['b.ts1:6 namespace "A" was already declared; this declaration counts']);
    assert.deepEqual(
      result.namespaces.map(({ relations }) => relations.map(({ name }) => name)),
      [['b']],
    );
  });
});

describe('warnings', () => {
  for (const [what, source, expected] of [
    ['nothing about a plain model', withPermit('A || this.related.p.traverse((x) => x.permits.v(ctx))'), []],
    [
      'mixed operators',
      withPermit('A ||\nB && C'),
      [
        'mixed operators without parentheses on line 4: "&&" and "||" have equal precedence and are read from left to right',
      ],
    ],
    ['no mixed operators with parentheses', withPermit('A || (B && C)'), []],
    ['no mixed operators with leading parentheses', withPermit('(A || B) && C'), []],
    [
      'a class that nothing refers to',
      'class A implements Namespace {}',
      ['namespace "A" declares nothing, and nothing refers to it'],
    ],
    [
      'a relation declared twice',
      'class A implements Namespace { related: { a: A[] a: A[] } }',
      ['"a" was already declared in namespace "A"; this declaration does not count'],
    ],
    [
      'a permit named as a relation',
      'class A implements Namespace { related: { a: A[] } permits = { a: (ctx) => this.related.a.includes(ctx.subject) } }',
      ['"a" was already declared in namespace "A"; this declaration does not count'],
    ],
    [
      'permits that refer to each other',
      withPermit('this.permits.w(ctx) || A, w: (ctx) => this.permits.v(ctx) && B'),
      ['permits refer to each other in a circle, which grants nothing: X.v -> X.w -> X.v'],
    ],
    [
      'a contradiction',
      withPermit('A && B && !(A)'),
      ['the expression of permit "v" in namespace "X" can never be true'],
    ],
    [
      'a contradiction in a nested group',
      withPermit('A && (B && !A)'),
      ['the expression of permit "v" in namespace "X" can never be true'],
    ],
    ['no contradiction between alternatives', withPermit('A || !A'), []],
    ['no contradiction in another group', withPermit('A && (B || !A)'), []],
    [
      'a permit that only leads to a contradiction',
      withPermit('A && !A, w: (ctx) => this.permits.v(ctx) && B, x: (ctx) => this.permits.w(ctx) || B'),
      [
        'the expression of permit "v" in namespace "X" can never be true',
        'the expression of permit "w" in namespace "X" can never be true',
      ],
    ],
    [
      'a traverse that only leads back to itself',
      withPermit('this.related.p.traverse((x) => x.permits.v(ctx))'),
      ['the expression of permit "v" in namespace "X" can never be true'],
    ],
  ] as const) {
    it(what, () => {
      const { errors, warnings } = parseOpl(source);
      assert.deepEqual([errors, warnings.map(({ message }) => message)], [[], expected]);
    });
  }
});

describe('the cycle through a negation', () => {
  it('is shown with its path, once for each group of permits', () => {
    const source = withPermit(
      'this.permits.w(ctx), w: (ctx) => A && !(B || this.permits.x(ctx)), x: (ctx) => this.permits.v(ctx), y: (ctx) => !this.permits.y(ctx)',
    );
    assert.deepEqual(
      parseOpl(source).errors.map(({ message }) => message),
      ['permits contradict themselves: X.w -> !X.x -> X.v -> X.w', 'permits contradict themselves: X.y -> !X.y'],
    );
  });

  it('of a class declared twice counts in the last one', () => {
    const good =
      'class A implements Namespace { related: { a: A[] } permits = { v: (ctx) => this.related.a.includes(ctx.subject) } }';
    const bad = 'class A implements Namespace { related: { a: A[] } permits = { v: (ctx) => !this.permits.v(ctx) } }';
    assert.equal(parseOpl(`${bad} ${good}`).errors.length, 0);
    assert.equal(parseOpl(`${good} ${bad}`).errors.length, 1);
  });
});
