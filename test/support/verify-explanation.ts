import assert from 'node:assert/strict';
import type { Explanation, ExplanationStep } from '../../src/engine/explanation.ts';
import type { Model } from '../../src/namespace/model.ts';
import type { Relation, RewriteChild, SubjectSetRewrite } from '../../src/namespace/namespace.ts';
import type { RelationTuple, Subject, SubjectSet } from '../../src/tuple/relation-tuple.ts';

/** What an explanation is held against. */
export interface ExplainedWorld {
  readonly model: Model;
  readonly tuples: readonly RelationTuple[];
  readonly strict: boolean;
}

/** More steps than this are not followed: what is repeated is verified anew at each place. */
const MAX_VISITS = 20_000;

export class TooManyVisitsError extends Error {}

/**
 * Holds the yes or no of a complete explanation against the rules of the model (contract: OPL
 * C3 to C6), with nothing of the engine: every tuple of a yes is stored, every operand that has
 * to hold is there and holds; of a no, every row and operand is there and fails. A yes that
 * needs itself is refused, and so is a no that needs itself below a negation.
 * @throws {AssertionError} that says what is wrong
 */
export function verifyExplanation(
  { root, truncated }: Explanation,
  question: RelationTuple,
  world: ExplainedWorld,
): void {
  assert.equal(truncated, false);
  assert.equal(root.kind, 'check');
  const { subject, ...set } = question;
  assert.deepEqual(root.set, set);
  new Verifier(root, subject, world).hop(root, 0);
}

type StepOf<Kind extends ExplanationStep['kind']> = Extract<ExplanationStep, { kind: Kind }>;
type Hop = StepOf<'check'> | StepOf<'computed'> | StepOf<'subject-set'>;

class Verifier {
  readonly #subject: Subject;
  readonly #world: ExplainedWorld;
  /** The place where each set is explained. */
  readonly #explained = new Map<string, Hop>();
  /** The sets that are being verified, each with the number of negations before it. */
  readonly #way = new Map<string, number>();
  #visits = 0;

  constructor(root: ExplanationStep, subject: Subject, world: ExplainedWorld) {
    this.#subject = subject;
    this.#world = world;
    this.#collect(root);
  }

  /** A step to a set: the look-up in it or one of its parts for a yes, all of them for a no. */
  hop(step: Hop, negations: number): void {
    if (++this.#visits > MAX_VISITS) throw new TooManyVisitsError();
    const [direct, ...more] = step.children.filter(({ kind }) => kind === 'direct');
    assert.equal(more.length, 0);
    if (direct !== undefined) this.#direct(direct, step);
    if (isYes(step) && direct !== undefined) return;
    if (!isYes(step)) assert.equal(direct !== undefined, this.#isLookedUp(step.set), 'a look-up that counts is shown');
    this.#set(step, negations);
  }

  #direct(step: ExplanationStep, { set, answer }: Hop): void {
    assert.equal(step.kind, 'direct');
    assert.deepEqual(step.answer, answer);
    assert.deepEqual(step.tuple, { ...set, subject: this.#subject });
    assert.equal(this.#isStored(step.tuple), isYes(step), 'the tuple is stored for a yes, not stored for a no');
    assert.ok(this.#isLookedUp(set), 'the look-up counts');
  }

  #set(step: Hop, negations: number): void {
    const key = keyOf(step.set);
    const before = this.#way.get(key);
    if (before !== undefined) {
      assert.ok(!isYes(step), `${key} is not derived from itself`);
      assert.equal(before, negations, `${key} is not refuted by its own negation`);
      return;
    }
    const explained = step.omitted === undefined ? step : this.#explained.get(key);
    assert.ok(explained !== undefined, `${key} is explained`);
    assert.equal(explained.answer.kind, step.answer.kind);
    this.#way.set(key, negations);
    this.#parts(explained, negations);
    this.#way.delete(key);
  }

  #parts({ set, answer, children }: Hop, negations: number): void {
    const declaration = this.#world.model.declaration(set.namespace, set.relation);
    assert.notEqual(declaration, 'undeclared');
    const body = typeof declaration === 'string' ? undefined : declaration.rewrite;
    const parts = children.filter(({ kind }) => kind !== 'direct');
    for (const part of parts) {
      assert.deepEqual(part.answer, answer);
      if (part.kind === 'subject-set') this.#subjectSet(part, set, part.set, negations);
      else this.#body(part, set, body, negations);
    }
    const rows = this.#expandedRows(set, declaration);
    if (answer.kind === 'member') assert.equal(parts.length, 1, 'one part grants');
    else assert.deepEqual(rowKeys(parts), rows.map(keyOf).sort(), 'every stored subject set is tried');
    if (answer.kind === 'not-member') assert.equal(parts.length, rows.length + (body === undefined ? 0 : 1));
  }

  #body(step: ExplanationStep, set: SubjectSet, body: SubjectSetRewrite | undefined, negations: number): void {
    assert.ok(body !== undefined);
    assert.ok('rule' in step);
    assert.deepEqual(step.rule.position, [], 'the part of a permit is its body');
    this.#rule(step, simplified(body), set, negations);
  }

  /** A step of a permit's body is the rule that stands at its place, and so are its operands. */
  #rule(step: ExplanationStep, rule: RewriteChild, set: SubjectSet, negations: number): void {
    assert.ok('rule' in step);
    assert.equal(step.rule.namespace, set.namespace);
    assert.equal(step.rule.permit, set.relation);
    switch (rule.kind) {
      case 'union':
      case 'intersection':
        assert.equal(step.kind, rule.kind === 'union' ? 'or' : 'and');
        this.#group(step, rule, set, negations);
        break;
      case 'invert': {
        assert.equal(step.kind, 'not');
        const [operand, ...more] = step.children;
        assert.ok(operand !== undefined && more.length === 0);
        assert.equal(operand.answer.kind, isYes(step) ? 'not-member' : 'member');
        this.#operand(operand, rule.child, set, [step, 0], negations + 1);
        break;
      }
      case 'computed':
        assert.ok(step.kind === 'computed');
        assert.deepEqual(step.set, { ...set, relation: rule.relation });
        this.hop(step, negations);
        break;
      case 'traverse':
        assert.ok(step.kind === 'traverse');
        assert.deepEqual(step.set, { ...set, relation: rule.relation });
        this.#traverse(step, rule.computedRelation, negations);
    }
  }

  #group(step: ExplanationStep, { kind, children }: SubjectSetRewrite, set: SubjectSet, negations: number): void {
    const places = step.children.map((operand) => 'rule' in operand && (operand.rule.position.at(-1) as number));
    for (const [i, operand] of step.children.entries()) {
      assert.deepEqual(operand.answer, step.answer);
      const place = places[i] as number;
      this.#operand(operand, children[place] as RewriteChild, set, [step, place], negations);
    }
    const isDecided = isYes(step) === (kind === 'union');
    if (isDecided && children.length > 0) assert.equal(places.length, 1, 'one operand decides');
    else assert.deepEqual([places.length, new Set(places)], [children.length, new Set(children.keys())]);
  }

  #operand(
    step: ExplanationStep,
    rule: RewriteChild,
    set: SubjectSet,
    [above, place]: [ExplanationStep, number],
    negations: number,
  ): void {
    assert.ok('rule' in step && 'rule' in above);
    assert.deepEqual(step.rule.position, [...above.rule.position, place]);
    this.#rule(step, rule, set, negations);
  }

  #traverse(step: StepOf<'traverse'>, target: string, negations: number): void {
    const { set } = step;
    const declaration = this.#world.model.declaration(set.namespace, set.relation);
    const types = typeof declaration === 'string' ? [] : declaration.types;
    const rows = this.#rows(set).filter(
      ({ namespace }) => !this.#world.strict || types.some((type) => type.namespace === namespace),
    );
    for (const child of step.children) {
      assert.ok(child.kind === 'subject-set');
      assert.deepEqual(child.answer, step.answer);
      const { namespace, object } = child.tuple.subject as SubjectSet;
      this.#subjectSet(child, set, { namespace, object, relation: target }, negations);
    }
    const shown = rowKeys(step.children);
    if (isYes(step)) assert.ok(shown.length === 1 && rows.map(keyOf).includes(shown[0] ?? ''), 'one row grants');
    else assert.deepEqual(shown, rows.map(keyOf).sort(), 'every row is tried');
  }

  #subjectSet(step: StepOf<'subject-set'>, from: SubjectSet, to: SubjectSet, negations: number): void {
    const { subject, ...set } = step.tuple;
    assert.deepEqual(set, from);
    assert.ok(this.#isStored({ ...set, subject }), 'the tuple that is followed is stored');
    assert.deepEqual(step.set, to);
    this.hop(step, negations);
  }

  #collect(step: ExplanationStep): void {
    if (
      (step.kind === 'check' || step.kind === 'computed' || step.kind === 'subject-set') &&
      step.omitted === undefined
    ) {
      // A set may be shown without its parts before, where the look-up in it granted.
      const known = this.#explained.get(keyOf(step.set));
      if (known === undefined || known.children.every(({ kind }) => kind === 'direct')) {
        this.#explained.set(keyOf(step.set), step);
      }
    }
    for (const child of step.children) this.#collect(child);
  }

  #expandedRows(set: SubjectSet, declaration: Relation | 'none' | 'undeclared'): SubjectSet[] {
    if (!this.#world.strict) return this.#rows(set);
    const types = typeof declaration === 'string' || declaration.rewrite !== undefined ? [] : declaration.types;
    return this.#rows(set).filter((row) => row.relation !== '' && types.some((type) => isType(type, row)));
  }

  #isLookedUp(set: SubjectSet): boolean {
    const subject = this.#subject;
    if (!this.#world.strict) return true;
    const declaration = this.#world.model.declaration(set.namespace, set.relation);
    if (declaration === 'undeclared' || declaration === 'none') return declaration === 'none' && subject.kind === 'id';
    if (declaration.rewrite !== undefined) return false;
    return subject.kind === 'id' || declaration.types.some((type) => isType(type, subject));
  }

  #rows(set: SubjectSet): SubjectSet[] {
    return distinct(this.#world.tuples.filter((tuple) => keyOf(tuple) === keyOf(set)).map(({ subject }) => subject));
  }

  #isStored(tuple: RelationTuple): boolean {
    return this.#world.tuples.some((stored) => keyOf(stored) === keyOf(tuple) && isSame(stored.subject, tuple.subject));
  }
}

/** The body of a permit without groups that mean nothing (contract: OPL B2). */
function simplified(rewrite: SubjectSetRewrite): SubjectSetRewrite {
  return {
    kind: rewrite.kind,
    children: rewrite.children.flatMap((child) => dissolved(simplifiedChild(child), rewrite.kind)),
  };
}

function simplifiedChild(child: RewriteChild): RewriteChild {
  if (child.kind === 'invert') return { kind: 'invert', child: simplifiedChild(child.child) };
  return 'children' in child ? simplified(child) : child;
}

function dissolved(child: RewriteChild, within: SubjectSetRewrite['kind']): readonly RewriteChild[] {
  if (!('children' in child)) return [child];
  const [first, ...more] = child.children;
  if (first !== undefined && more.length === 0) return dissolved(first, within);
  return child.kind === within ? child.children : [child];
}

function isYes({ answer }: ExplanationStep): boolean {
  return answer.kind === 'member';
}

function rowKeys(steps: readonly ExplanationStep[]): string[] {
  return steps.flatMap((step) => (step.kind === 'subject-set' ? [keyOf(step.tuple.subject as SubjectSet)] : [])).sort();
}

function keyOf({ namespace, object, relation }: SubjectSet): string {
  return JSON.stringify([namespace, object, relation]);
}

function distinct(subjects: readonly Subject[]): SubjectSet[] {
  const sets = subjects.filter((subject): subject is Extract<Subject, { kind: 'set' }> => subject.kind === 'set');
  return [...new Map(sets.map((set) => [keyOf(set), set])).values()];
}

function isType(type: { namespace: string; relation: string }, { namespace, relation }: SubjectSet): boolean {
  return type.namespace === namespace && type.relation === relation;
}

function isSame(a: Subject, b: Subject): boolean {
  if (a.kind === 'id') return b.kind === 'id' && a.id === b.id;
  return b.kind === 'set' && keyOf(a) === keyOf(b);
}
