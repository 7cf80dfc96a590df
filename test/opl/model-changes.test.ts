import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Model } from '../../src/namespace/model.ts';
import { modelChanges } from '../../src/opl/model-changes.ts';
import { parseModelFiles } from '../../src/opl/parse-model-files.ts';

const BASE = `class User implements Namespace {}
class Doc implements Namespace {
  related: { owner: User[]
    viewer: User[] }
  permits = { view: (ctx: Context): boolean => this.related.viewer.includes(ctx.subject) }
}`;

describe('what changes between models', () => {
  it('is nothing when only the text does', () => {
    const rewritten = BASE.replace('{}', '{\n  // nobody in particular\n}').replaceAll('  ', '\t');
    assert.deepEqual(changes(BASE, rewritten), []);
  });

  for (const { name, after, expected } of [
    {
      name: 'a relation is renamed',
      after: BASE.replace('owner', 'author'),
      expected: ['relation Doc#author added:  -> User[]', 'relation Doc#owner removed: User[] -> '],
    },
    {
      name: 'a relation has other types',
      after: BASE.replace('owner: User[]', 'owner: (User | Doc)[]'),
      expected: ['relation Doc#owner changed: User[] -> (User | Doc)[]'],
    },
    {
      name: 'a permit has another expression',
      after: BASE.replace(
        '=> this.related.viewer',
        '=> this.related.owner.includes(ctx.subject) || this.related.viewer',
      ),
      expected: [
        'permit Doc#view changed: this.related.viewer.includes(ctx.subject) -> this.related.owner.includes(ctx.subject) || this.related.viewer.includes(ctx.subject)',
      ],
    },
    {
      name: 'a relation becomes a permit',
      after: BASE.replace('owner: User[]', '').replace(
        'permits = {',
        'permits = { owner: (ctx: Context): boolean => this.related.viewer.includes(ctx.subject),',
      ),
      expected: ['permit Doc#owner changed: User[] -> this.related.viewer.includes(ctx.subject)'],
    },
    {
      name: 'a namespace is gone',
      after: 'class User implements Namespace {}',
      expected: [
        'namespace Doc removed:  -> ',
        'relation Doc#owner removed: User[] -> ',
        'permit Doc#view removed: this.related.viewer.includes(ctx.subject) -> ',
        'relation Doc#viewer removed: User[] -> ',
      ],
    },
  ]) {
    it(`is told when ${name}`, () => assert.deepEqual(changes(BASE, after), expected));
  }

  it('comes in the order of bytes, with names that the language has no words for', () => {
    const odd = (...names: string[]) =>
      new Model(
        'opl',
        names.map((name) => ({ name, relations: [{ name: `'"`, types: [{ namespace: `'"`, relation: '' }] }] })),
      );
    const found = modelChanges(odd(), odd('\u{1f600}', '\uffff', 'a'));
    assert.deepEqual(
      found.filter(({ what }) => what === 'namespace').map(({ namespace }) => namespace),
      ['a', '\uffff', '\u{1f600}'],
    );
  });
});

function changes(before: string, after: string): string[] {
  const [old, young] = [before, after].map((content) => {
    const { model, diagnostics } = parseModelFiles([{ name: 'model.ts', content }], '');
    assert.ok(model, JSON.stringify(diagnostics));
    return model;
  }) as [Model, Model];
  return modelChanges(old, young).map(({ what, how, namespace, relation, before: was, after: is }) => {
    const name = relation === '' ? namespace : `${namespace}#${relation}`;
    return `${what} ${name} ${how}: ${was} -> ${is}`;
  });
}
