import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { parseOpl } from '../../src/opl/parse.ts';

const CLASSES = ['A', 'B', 'C'] as const;
const PERMITS = ['u', 'v', 'w'] as const;

interface Reference {
  readonly isTraverse: boolean;
  readonly permit: (typeof PERMITS)[number];
  readonly negations: number;
}

interface Permit {
  readonly references: readonly Reference[];
}

const reference: fc.Arbitrary<Reference> = fc.record({
  isTraverse: fc.boolean(),
  permit: fc.constantFrom(...PERMITS),
  negations: fc.constantFrom(0, 0, 0, 0, 1, 2),
});
const permit: fc.Arbitrary<Permit> = fc.record({ references: fc.array(reference, { maxLength: 2 }) });
/** Of each class: the classes that its relation `p` leads to, and its permits. */
const model = fc.array(
  fc.record({
    types: fc.subarray([...CLASSES], { minLength: 1, maxLength: 2 }),
    permits: fc.tuple(permit, permit, permit),
  }),
  { minLength: 3, maxLength: 3 },
);

type Model = typeof model extends fc.Arbitrary<infer T> ? T : never;

it('finds a contradiction exactly where a walk along the permits comes back with a negation', () => {
  let contradictions = 0;
  fc.assert(
    fc.property(model, (classes) => {
      const { errors } = parseOpl(print(classes));
      const isContradiction = contradicts(classes);
      assert.equal(errors.length > 0, isContradiction, print(classes));
      for (const { message } of errors) assert.match(message, /^permits contradict themselves: [A-C]\.[uvw] -> !/);
      if (isContradiction) contradictions++;
    }),
    { numRuns: 400 },
  );
  assert.ok(contradictions > 20 && contradictions < 380);
});

function print(classes: Model): string {
  return classes
    .map(({ types, permits }, i) => {
      const bodies = permits.map(({ references }, j) => {
        const operands = references.map(({ isTraverse, permit: name, negations }) => {
          const leaf = isTraverse
            ? `this.related.p.traverse(x => x.permits.${name}(ctx))`
            : `this.permits.${name}(ctx)`;
          return '!('.repeat(negations) + leaf + ')'.repeat(negations);
        });
        return `${PERMITS[j]}: (ctx) => ${[...operands, 'this.related.p.includes(ctx.subject)'].join(' || ')}`;
      });
      return `class ${CLASSES[i]} implements Namespace { related: { p: (${types.join(' | ')})[] } permits = { ${bodies.join(', ')} } }`;
    })
    .join('\n');
}

/** All walks: from each permit, whatever is reached with and without a negation on the way. */
function contradicts(classes: Model): boolean {
  const steps = (state: string): string[] => {
    const [name = '', at = '', isNegated = ''] = state.split(' ');
    const i = CLASSES.indexOf(name as (typeof CLASSES)[number]);
    const body = classes[i]?.permits[PERMITS.indexOf(at as (typeof PERMITS)[number])];
    return (body?.references ?? []).flatMap(({ isTraverse, permit: next, negations }) =>
      (isTraverse ? (classes[i]?.types ?? []) : [name]).map(
        (target) => `${target} ${next} ${isNegated || negations ? '!' : ''}`,
      ),
    );
  };
  return CLASSES.some((name) =>
    PERMITS.some((at) => {
      const reached = new Set([`${name} ${at} `]);
      for (const state of reached) for (const next of steps(state)) reached.add(next);
      return reached.has(`${name} ${at} !`);
    }),
  );
}
