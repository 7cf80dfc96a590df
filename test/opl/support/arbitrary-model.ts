import fc from 'fast-check';
import type { Namespace, RewriteChild, SubjectSetRewrite } from '../../../src/namespace/namespace.ts';

const RELATIONS = ['a', 'b', 'this', 'x.y', '', `it's`, '//', '}'];

const leaf: fc.Arbitrary<RewriteChild> = fc.oneof(
  fc.constantFrom(...RELATIONS).map((relation) => ({ kind: 'computed' as const, relation })),
  fc
    .tuple(fc.constantFrom(...RELATIONS), fc.constantFrom(...RELATIONS))
    .map(([relation, computedRelation]) => ({ kind: 'traverse' as const, relation, computedRelation })),
);

/** Bodies as the parser builds them: a group has one operand only if that stands for itself. */
function group(depth: number): fc.Arbitrary<SubjectSetRewrite> {
  const operand = depth === 0 ? leaf : fc.oneof(leaf, group(depth - 1), negation(depth - 1));
  return fc.oneof(
    fc
      .tuple(
        fc.constantFrom('union' as const, 'intersection' as const),
        fc.array(operand, { minLength: 2, maxLength: 4 }),
      )
      .map(([kind, children]) => ({ kind, children })),
    leaf.map((child) => ({ kind: 'union' as const, children: [child] })),
  );
}

function negation(depth: number): fc.Arbitrary<RewriteChild> {
  const child = depth === 0 ? leaf : fc.oneof(leaf, group(depth - 1));
  return child.map((negated) => ({ kind: 'invert' as const, child: negated }));
}

/** Models with every kind of name and body. No permit names another one, so that none contradicts itself. */
export const arbitraryModel: fc.Arbitrary<Namespace[]> = fc.array(group(3), { maxLength: 3 }).map((rewrites) => [
  {
    name: 'N',
    relations: [
      { name: 'objects', types: [{ namespace: 'N', relation: '' }] },
      ...RELATIONS.map((name) => ({
        name,
        types: [
          { namespace: 'N', relation: '' },
          { namespace: 'N', relation: 'objects' },
        ],
      })),
      ...rewrites.map((rewrite, i) => ({ name: `permit ${i}`, types: [], rewrite })),
    ],
  },
]);
