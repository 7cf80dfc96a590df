import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseOpl } from '../../src/opl/parse.ts';

const repeat = (n: number, part: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => part(i)).join('');
const model = (members: string): string => `class X implements Namespace { related: { a: X[] } ${members} }`;
const A = 'this.related.a.includes(ctx.subject)';

/** Documents whose parts could be compared with each other, by size; twice the size must not take four times as long. */
const DOCUMENTS: Readonly<Record<string, (n: number) => string>> = {
  'classes with a relation each': (n) =>
    repeat(n, (i) => `class C${i} implements Namespace { related: { r: C${n - 1 - i}[] } }\n`),
  'classes with an unknown type each': (n) =>
    repeat(n, (i) => `class C${i} implements Namespace { related: { r: D${i}[] } } `),
  'an error in each class': (n) => repeat(n, () => 'class 🎉 { '),
  'a long union': (n) =>
    `${repeat(n, (i) => `class C${i} implements Namespace {}`)} ${model(`related: { b: (X${repeat(n, (i) => `|C${i}`)})[] }`)}`,
  'a union of one type, traversed by many permits': (n) =>
    model(
      `related: { b: (X${repeat(n, () => '|X')})[] ${repeat(n, (i) => `t${i}: X[] `)} } permits = { ${repeat(n, (i) => `p${i}: (ctx) => this.related.b.traverse(p => p.related.t${i}.includes(ctx.subject)),`)} }`,
    ),
  'one operator': (n) => model(`permits = { v: (ctx) => ${repeat(n, () => `${A} || `)}${A} }`),
  'alternating operators': (n) => model(`permits = { v: (ctx) => ${repeat(n, () => `${A} || ${A} && `)}${A} }`),
  'a chain of permits': (n) =>
    model(`permits = { ${repeat(n, (i) => `p${i}: (ctx) => !this.permits.p${i + 1}(ctx), `)} p${n}: (ctx) => ${A} }`),
  'a circle of permits': (n) =>
    model(`permits = { ${repeat(n, (i) => `p${i}: (ctx) => this.permits.p${(i + 1) % n}(ctx), `)} }`),
  'a contradiction around a circle': (n) =>
    model(`permits = { ${repeat(n, (i) => `p${i}: (ctx) => ${i ? '' : '!'}this.permits.p${(i + 1) % n}(ctx), `)} }`),
  'permits declared again': (n) => model(`permits = { ${repeat(n, () => `v: (ctx) => ${A}, `)} }`),
  'opening parentheses': (n) => model(`permits = { v: (ctx) => ${'('.repeat(n)}`),
  'opening braces': (n) => '{'.repeat(n),
  'quotes in a rest that the message holds': (n) => `#${'"'.repeat(n)}`,
  comments: (n) => '/**/'.repeat(n),
};

describe('takes time linear in the size of the document:', () => {
  for (const [what, document] of Object.entries(DOCUMENTS)) {
    it(what, () => {
      const small = document(1000);
      const large = document(16_000);
      cpuMs(small);
      // 16 times the size: linear is about 16, quadratic 256. Noise lies between, and not three times in a row.
      const ratios: number[] = [];
      while (ratios.length < 3 && (ratios.at(-1) ?? Number.POSITIVE_INFINITY) > 100) {
        ratios.push(cpuMs(large) / Math.max(1, cpuMs(small)));
      }
      assert.ok((ratios.at(-1) ?? 0) < 100, `16 times the size took ${ratios.join(', ')} times as long`);
    });
  }
});

/** The processor's time, which other programs do not change. */
function cpuMs(source: string): number {
  const before = process.cpuUsage();
  parseOpl(source, { recover: true });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
