import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileModel } from '../../src/engine/compile-model.ts';
import type { Rule } from '../../src/engine/program.ts';
import { Model } from '../../src/namespace/model.ts';
import { parseModelFiles } from '../../src/opl/parse-model-files.ts';
import { RuleLocator } from '../../src/service/rule-locator.ts';

const BODIES = [
  'this.related.a.includes(ctx.subject)',
  'this.related.a.includes(ctx.subject) || this.permits.b(ctx)',
  'this.related.a.includes(ctx.subject) && this.related.c.includes(ctx.subject) || this.permits.b(ctx)',
  '(this.related.a.includes(ctx.subject) || this.related.c.includes(ctx.subject)) || this.permits.b(ctx)',
  '!(this.related.a.includes(ctx.subject) || !this.permits.b(ctx)) && this.related.c.includes(ctx.subject)',
  'this.related.p.traverse((x) => x.related.a.includes(ctx.subject)) && !this.related.a.includes(ctx.subject)',
  '((((this.related.a.includes(ctx.subject)))) && (this.permits.b(ctx)))',
];

const modelOf = (body: string): string => `// é𝄞
class User implements Namespace {}
class Doc implements Namespace {
  related: { a: User[], c: User[], p: Doc[] }
  permits = {
    b: (ctx: Context): boolean => this.related.c.includes(ctx.subject),
    view: (ctx: Context): boolean => /* 𝄞 */
      ${body},
  }
}`;

describe('where a rule stands in the text', () => {
  for (const body of BODIES) {
    it(`is where its relation or permit is named: ${body}`, () => {
      const text = modelOf(body);
      const { model } = parseModelFiles([{ name: 'a.ts', content: text }], '1');
      assert.ok(model);
      const locator = new RuleLocator(model);
      const named: string[] = [];
      for (const { position, name } of rulesOf(model)) {
        const place = locator.locate({ namespace: 'Doc', permit: 'view', position });
        assert.ok(place, JSON.stringify(position));
        assert.equal(place.file, 'a.ts');
        // Columns count characters, not UTF-16 units.
        const line = Array.from(text.split('\n')[place.line - 1] ?? '');
        assert.equal(line.slice(place.column, place.column + name.length).join(''), name, JSON.stringify(position));
        named.push(`${place.line}:${place.column}`);
      }
      assert.ok(named.length > 0);
    });
  }

  it('is unknown without a text, and for what is no permit', () => {
    const text = new Model('inline', [{ name: 'Doc', relations: [] }], { id: 'x', files: [] });
    const rule = { namespace: 'Doc', permit: 'view', position: [] };
    assert.equal(new RuleLocator(text).locate(rule), undefined);
    const { model } = parseModelFiles([{ name: 'a.ts', content: modelOf('this.permits.b(ctx)') }], '1');
    assert.ok(model);
    assert.equal(new RuleLocator(model).locate({ ...rule, permit: 'a' }), undefined);
    assert.equal(new RuleLocator(model).locate({ ...rule, position: [7] }), undefined);
  });
});

/** Every part of the permit `view` with the name that its text has first. */
function rulesOf(model: Model): { position: number[]; name: string }[] {
  const program = compileModel(model);
  const { symbols } = program;
  const names = new Map(['a', 'b', 'c', 'p'].map((name) => [symbols.intern(name), name]));
  const declaration = program.declaration(symbols.intern('Doc'), symbols.intern('view'));
  assert.equal(declaration.kind, 'permit');
  const found: { position: number[]; name: string }[] = [];
  const visit = (rule: Rule, position: number[]): string => {
    const entry = { position, name: '' };
    found.push(entry);
    if (rule.kind === 'computed' || rule.kind === 'traverse') entry.name = names.get(rule.relation) ?? '';
    else {
      const operands = rule.kind === 'not' ? [rule.child] : rule.children;
      const below = operands.map((operand, i) => visit(operand, [...position, i]));
      entry.name = below[0] ?? '';
    }
    return entry.name;
  };
  visit(declaration.body, []);
  return found;
}
