import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileModel } from '../../src/engine/compile-model.ts';
import type { Program, Rule, RuleGroup } from '../../src/engine/program.ts';
import { Model } from '../../src/namespace/model.ts';
import type { SubjectSetRewrite } from '../../src/namespace/namespace.ts';
import { modelOf } from '../support/world.ts';

describe('compileModel', () => {
  const cases = [
    { body: 'A', rule: 'or(a)' },
    { body: 'A || B || C', rule: 'or(a, b, c)' },
    { body: '(A && B) && C', rule: 'and(a, b, c)' },
    { body: '(A || B) && C', rule: 'and(or(a, b), c)' },
    { body: 'A || (B || C)', rule: 'or(a, b, c)' },
    { body: '((A)) && B', rule: 'and(a, b)' },
    { body: '!A', rule: 'or(not(a))' },
    { body: '!(A)', rule: 'or(not(or(a)))' },
    { body: '!((A && B) && C)', rule: 'or(not(and(a, b, c)))' },
    { body: 'A && this.related.p.traverse((p) => p.related.b.includes(ctx.subject))', rule: 'and(a, p->b)' },
  ];
  for (const { body, rule } of cases) {
    it(`makes ${rule} of ${body}`, () => {
      const leaf = (name: string): string => `this.related.${name.toLowerCase()}.includes(ctx.subject)`;
      const opl = `class X implements Namespace {
        related: { a: X[] b: X[] c: X[] p: X[] }
        permits = { v: (ctx) => ${body.replace(/\b[ABC]\b/g, leaf)} }
      }`;
      const program = compileModel(modelOf({ opl }));
      const declaration = program.declaration(program.symbols.intern('X'), program.symbols.intern('v'));
      assert.equal(declaration.kind === 'permit' && show(declaration.body, program), rule);
    });
  }

  it('compiles a body whose operator changes thousands of times', () => {
    const operands = 20_000;
    const leaf = { kind: 'computed', relation: 'a' } as const;
    let rewrite: SubjectSetRewrite = { kind: 'union', children: [leaf] };
    for (let i = 0; i < operands; i++) {
      rewrite = { kind: i % 2 === 0 ? 'intersection' : 'union', children: [{ kind: 'invert', child: rewrite }, leaf] };
    }
    const relations = [{ name: 'v', types: [], rewrite }];
    const program = compileModel(new Model('opl', [{ name: 'X', relations }]));
    const declaration = program.declaration(program.symbols.intern('X'), program.symbols.intern('v'));
    assert.equal(declaration.kind === 'permit' && depthOf(declaration.body), operands + 1);
  });

  it('compiles a model once', () => {
    const model = modelOf({ namespaces: ['videos'] });
    assert.equal(compileModel(model), compileModel(model));
  });
});

/** How many groups are nested, each below a negation that comes first. */
function depthOf(body: RuleGroup): number {
  let depth = 0;
  for (let rule: Rule | undefined = body; rule !== undefined; depth++) {
    const first: Rule | undefined = rule.kind === 'or' || rule.kind === 'and' ? rule.children[0] : undefined;
    rule = first?.kind === 'not' ? first.child : undefined;
  }
  return depth;
}

function show(rule: Rule, program: Program): string {
  const { symbols } = program;
  switch (rule.kind) {
    case 'or':
    case 'and':
      return `${rule.kind}(${rule.children.map((child) => show(child, program)).join(', ')})`;
    case 'not':
      return `not(${show(rule.child, program)})`;
    case 'computed':
      return symbols.name(rule.relation);
    case 'traverse':
      return `${symbols.name(rule.relation)}->${symbols.name(rule.target)}`;
  }
}
