import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileModel } from '../../../src/engine/compile-model.ts';
import { type CandidateRule, candidateRules } from '../../../src/engine/lookup/candidate-rules.ts';
import { waysToSet } from '../../../src/engine/lookup/ways-to-set.ts';
import { modelOf } from '../../support/world.ts';

const PERMITS = `
  view: (ctx: Context): boolean => BODY,
  edit: (ctx: Context): boolean => this.related.owners.includes(ctx.subject),
`;

describe('the rules by which one can become a member of a permit', () => {
  const a = 'this.related.a.includes(ctx.subject)';
  const b = 'this.related.b.includes(ctx.subject)';
  const cases: [body: string, rules: string[] | 'unbounded'][] = [
    [a, ['a']],
    [`${a} || ${b}`, ['a', 'b']],
    [`${a} && ${b}`, ['a']],
    [`(${a} || ${b}) && this.permits.edit(ctx)`, ['edit']],
    [`${a} && !${b}`, ['a']],
    [`!${b} && ${a}`, ['a']],
    [`!${a}`, 'unbounded'],
    [`${a} || !${b}`, 'unbounded'],
    [`!${a} && !${b}`, 'unbounded'],
    [`!(!${a})`, ['a']],
    [`!(!${a} || ${b})`, ['a']],
    [`!(${a} && ${b})`, 'unbounded'],
    [`!(!${a} && !${b})`, ['a', 'b']],
    [`!(${a} && !${b})`, 'unbounded'],
    ['this.related.parents.traverse((p) => p.permits.view(ctx))', ['parents>view']],
    [`this.related.parents.traverse((p) => p.permits.view(ctx)) && (${a} || ${b})`, ['parents>view']],
  ];
  for (const [body, expected] of cases) {
    it(`are ${expected} for ${body.replaceAll('this.related.', '').replaceAll('.includes(ctx.subject)', '')}`, () => {
      const model = modelOf({ opl: documentOf(body) });
      const program = compileModel(model);
      const rules = candidateRules(program, model);
      const number = (name: string): number => program.symbols.find(name) ?? -1;
      const name = (rule: CandidateRule): string => {
        const relation = program.symbols.name(rule.relation);
        return rule.kind === 'computed' ? relation : `${relation}>${program.symbols.name(rule.target)}`;
      };
      if (expected === 'unbounded') {
        assert.ok(rules.isUnbounded);
        return;
      }
      assert.equal(rules.isUnbounded, false);
      assert.deepEqual(rules.rulesOf(number('Doc'), number('view')).map(name), expected);
      for (const rule of rules.rulesOf(number('Doc'), number('view'))) {
        const asked = { namespace: number('Doc'), relation: number('view') };
        const ways = waysToSet(rules, asked, () => false);
        const { relation, rest } = rule;
        if (rule.kind === 'computed') {
          assert.deepEqual(ways.computedFrom(number('Doc'), relation), [{ permit: number('view'), rest }]);
        } else {
          const found = ways.traversesTo(rule.target);
          assert.deepEqual(found, [{ namespace: number('Doc'), permit: number('view'), relation, rest }]);
        }
      }
    });
  }
});

function documentOf(body: string): string {
  return `class User implements Namespace {}
class Doc implements Namespace {
  related: { a: User[]; b: User[]; owners: User[]; parents: Doc[] }
  permits = {${PERMITS.replace('BODY', () => body)}}
}`;
}
