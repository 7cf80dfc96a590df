import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Namespace } from '../../src/namespace/namespace.ts';
import { parseOpl } from '../../src/opl/parse.ts';
import { printOpl } from '../../src/opl/print.ts';
import { arbitraryModel } from './support/arbitrary-model.ts';
import { assertRoundTrip } from './support/assert-round-trip.ts';
import { recordedDocuments } from './support/recorded-documents.ts';

describe('a printed model', () => {
  it('is readable', () => {
    const source = `class User implements Namespace {}

class Doc implements Namespace {
  related: {
    owners: User[]
    viewers: (User | SubjectSet<Doc, "owners">)[]
    parents: Doc[]
    "a.b": ("class" | Array)[]
  }
  permits = {
    view: (ctx: Context): boolean =>
      (this.related.owners.includes(ctx.subject) || this.permits.edit(ctx)) && !this.related["a.b"].includes(ctx.subject),
    edit: (ctx: Context): boolean =>
      !(this.related.parents.traverse((p) => p.permits.view(ctx)) && this.related.parents.traverse((p) => p.related["a.b"].includes(ctx.subject))),
  }
}

class "class" implements Namespace {
  related: {
    "a.b": "class"[]
  }
}

class Array implements Namespace {}
`.replace('this.permits.edit(ctx)', 'this.related.viewers.includes(ctx.subject)');
    const { namespaces, errors } = parseOpl(source);
    assert.deepEqual(errors, []);
    assert.equal(printOpl(namespaces), source);
  });

  it('parses to the same model: the recorded documents', () => {
    // The types of classes that are declared twice are checked against the first, but the last one counts.
    const isDeclaredTwice = /^namespace .* was already declared/;
    const models = recordedDocuments()
      .map((source) => parseOpl(source))
      .filter(({ warnings }) => !warnings.some(({ message }) => isDeclaredTwice.test(message)))
      .map(({ namespaces }) => namespaces);
    assert.ok(models.filter((namespaces) => namespaces.length > 0).length > 100);
    for (const namespaces of models) assertRoundTrip(namespaces);
  });

  it('parses to the same model: generated ones', () => {
    fc.assert(fc.property(arbitraryModel, assertRoundTrip), { numRuns: 300 });
  });

  it('stays within the nesting limit when operators alternate without end', () => {
    const leaves = Array.from(
      { length: 10_000 },
      (_, i) => `${i % 2 ? '&&' : '||'} this.related.a.includes(ctx.subject)`,
    );
    const source = `class A implements Namespace { related: { a: A[] } permits = { v: (ctx) => ${leaves.join(' ').slice(3)} } }`;
    const { namespaces } = parseOpl(source);
    const again = parseOpl(printOpl(namespaces));
    assert.deepEqual(again.errors, []);
    assert.equal(printOpl(again.namespaces), printOpl(namespaces));
  });

  for (const [what, namespace] of [
    ['a name with both kinds of quotes', { name: `"'`, relations: [] }],
    [
      'a type named SubjectSet',
      { name: 'A', relations: [{ name: 'a', types: [{ namespace: 'SubjectSet', relation: '' }] }] },
    ],
    ['a relation without types', { name: 'A', relations: [{ name: 'a', types: [] }] }],
  ] as const satisfies readonly (readonly [string, Namespace])[]) {
    it(`cannot hold ${what}`, () => assert.throws(() => printOpl([namespace])));
  }
});
