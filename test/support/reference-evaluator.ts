import type { Model } from '../../src/namespace/model.ts';
import type { RewriteChild, SubjectSetRewrite } from '../../src/namespace/namespace.ts';
import type { RelationTuple, Subject, SubjectSet } from '../../src/tuple/relation-tuple.ts';

/**
 * What a check answers when nothing is limited: `error` where an undeclared relation decides,
 * `paradox` where a fact depends on its own negation, `error-or-paradox` where both play a part.
 */
export type ReferenceAnswer = 'member' | 'not-member' | 'error' | 'paradox' | 'error-or-paradox';

/**
 * Evaluates a check by the definition alone: it writes down one rule for every set that the
 * question can reach and computes the well-founded model of the rules by the alternating
 * fixpoint, over and over all rules until nothing changes. No depth, no order, no memo, no
 * short cut: slow, and plain enough to be believed.
 *
 * An undeclared relation is the constant `undefined`; in Kleene's logic it then wins and loses
 * exactly as decision 43 says, and a fact that depends on its own negation is undefined by
 * itself (decision 44).
 */
export function referenceCheck(
  model: Model,
  tuples: readonly RelationTuple[],
  question: RelationTuple,
  strict: boolean,
): ReferenceAnswer {
  const world = new World(model, tuples, question.subject, strict);
  const goal = world.atom({ kind: 'set', set: question, direct: true });
  world.writeRules();
  const answer = solve(world.rules, 'undefined');
  if (answer.certain.has(goal)) return 'member';
  if (!answer.possible.has(goal)) return 'not-member';
  if (!world.rules.some(hasUndeclared)) return 'paradox';
  // With undeclared relations out of the way, is anything of the undefinedness left?
  const alone = [solve(world.rules, 'false'), solve(world.rules, 'true')];
  const isDecided = alone.every(({ certain, possible }) => certain.has(goal) || !possible.has(goal));
  return isDecided ? 'error' : 'error-or-paradox';
}

/** A formula over atoms (numbers). Negation stands before an atom only. */
type Formula =
  | { readonly kind: 'true' | 'false' | 'undeclared' }
  | { readonly kind: 'atom'; readonly atom: number }
  | { readonly kind: 'not'; readonly atom: number }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] };

/** What has a rule: a set, with or without the direct look-up of the subject in it, or what stands below a negation. */
type Definition =
  | { readonly kind: 'set'; readonly set: SubjectSet; readonly direct: boolean }
  | { readonly kind: 'negated'; readonly set: SubjectSet; readonly child: RewriteChild };

const TRUE: Formula = { kind: 'true' };
const FALSE: Formula = { kind: 'false' };

class World {
  readonly rules: Formula[] = [];
  readonly #definitions: Definition[] = [];
  readonly #atoms = new Map<string, number>();
  readonly #model: Model;
  readonly #tuples: readonly RelationTuple[];
  readonly #subject: Subject;
  readonly #strict: boolean;

  constructor(model: Model, tuples: readonly RelationTuple[], subject: Subject, strict: boolean) {
    this.#model = model;
    this.#tuples = tuples;
    this.#subject = subject;
    this.#strict = strict;
  }

  atom(definition: Definition): number {
    const { namespace, object, relation } = definition.set;
    const rest = definition.kind === 'set' ? definition.direct : definition.child;
    const key = JSON.stringify([definition.kind, namespace, object, relation, rest]);
    const known = this.#atoms.get(key);
    if (known !== undefined) return known;
    this.#atoms.set(key, this.#definitions.length);
    return this.#definitions.push(definition) - 1;
  }

  /** Writes the rule of every atom, of those too that come up meanwhile. */
  writeRules(): void {
    for (let next = 0; next < this.#definitions.length; next++) {
      const definition = this.#definitions[next] as Definition;
      this.rules[next] =
        definition.kind === 'set'
          ? this.#setRule(definition.set, definition.direct)
          : this.#childRule(definition.set, definition.child, 'intersection');
    }
  }

  /** Contract: OPL C3. */
  #setRule(set: SubjectSet, direct: boolean): Formula {
    const declaration = this.#model.declaration(set.namespace, set.relation);
    if (declaration === 'undeclared') return { kind: 'undeclared' };
    const parts: Formula[] = [];
    if (declaration !== 'none' && declaration.rewrite !== undefined) {
      parts.push(this.#groupRule(set, declaration.rewrite));
    }
    if (direct && this.#isDirect(set)) parts.push(TRUE);
    parts.push(this.#expansionRule(set));
    return { kind: 'or', parts };
  }

  /** Contract: OPL C6; in strict mode only `SubjectSet` types are expanded (C3). The subject is looked up in each set before the set's relation is. */
  #expansionRule(set: SubjectSet): Formula {
    const parts = this.#subjectSetsOf(set)
      .filter((member) => !this.#strict || (member.relation !== '' && this.#isDeclaredType(set, member)))
      .map((member) => (this.#isDirect(member) ? TRUE : this.#reference(member, false)));
    return { kind: 'or', parts };
  }

  #groupRule(set: SubjectSet, { kind, children }: SubjectSetRewrite): Formula {
    if (children.length === 0) return FALSE;
    const parts = children.map((child) => this.#childRule(set, child, kind));
    return { kind: kind === 'union' ? 'or' : 'and', parts };
  }

  /** Contract: OPL C4. In a union the subject is looked up under a computed relation before its declaration is. */
  #childRule(set: SubjectSet, child: RewriteChild, within: 'union' | 'intersection'): Formula {
    switch (child.kind) {
      case 'union':
      case 'intersection':
        return this.#groupRule(set, child);
      case 'computed': {
        const computed = { ...set, relation: child.relation };
        if (within === 'union' && this.#isDirect(computed)) return TRUE;
        return this.#reference(computed, within === 'intersection');
      }
      case 'traverse':
        return this.#traverseRule({ ...set, relation: child.relation }, child.computedRelation);
      case 'invert':
        return { kind: 'not', atom: this.atom({ kind: 'negated', set, child: child.child }) };
    }
  }

  /** Contract: OPL C5; in strict mode only along the declared types' namespaces (decision 20). */
  #traverseRule(set: SubjectSet, computedRelation: string): Formula {
    const declaration = this.#model.declaration(set.namespace, set.relation);
    const types = typeof declaration === 'string' ? [] : declaration.types;
    const parts = this.#subjectSetsOf(set)
      .filter(({ namespace }) => !this.#strict || types.some((type) => type.namespace === namespace))
      .map(({ namespace, object }) => this.#reference({ namespace, object, relation: computedRelation }, true));
    return { kind: 'or', parts };
  }

  #reference({ namespace, object, relation }: SubjectSet, direct: boolean): Formula {
    return { kind: 'atom', atom: this.atom({ kind: 'set', set: { namespace, object, relation }, direct }) };
  }

  /** Is the subject stored in the set, and does strict mode count it (contract: OPL C3)? */
  #isDirect(set: SubjectSet): boolean {
    const isStored = this.#tuples.some((tuple) => isSameSet(tuple, set) && isSameSubject(tuple.subject, this.#subject));
    if (!isStored || !this.#strict) return isStored;
    const declaration = this.#model.declaration(set.namespace, set.relation);
    if (declaration === 'undeclared') return false;
    if (this.#subject.kind === 'id') return declaration === 'none' || declaration.rewrite === undefined;
    return this.#isDeclaredType(set, this.#subject);
  }

  #isDeclaredType(set: SubjectSet, member: SubjectSet): boolean {
    const declaration = this.#model.declaration(set.namespace, set.relation);
    if (typeof declaration === 'string' || declaration.rewrite !== undefined) return false;
    return declaration.types.some((type) => type.namespace === member.namespace && type.relation === member.relation);
  }

  #subjectSetsOf(set: SubjectSet): SubjectSet[] {
    return this.#tuples.flatMap((tuple) =>
      isSameSet(tuple, set) && tuple.subject.kind === 'set' ? [tuple.subject] : [],
    );
  }
}

/** The atoms that hold for certain, and those that are not refuted; the rest of these is undefined. */
interface Solution {
  readonly certain: ReadonlySet<number>;
  readonly possible: ReadonlySet<number>;
}

/** The well-founded model: from below and from above in turns, until both stand still. */
function solve(rules: readonly Formula[], undeclared: 'undefined' | 'true' | 'false'): Solution {
  let certain: ReadonlySet<number> = new Set();
  for (;;) {
    const possible = leastFixpoint(rules, certain, undeclared !== 'false');
    const next = leastFixpoint(rules, possible, undeclared === 'true');
    if (next.size === certain.size) return { certain, possible };
    certain = next;
  }
}

/** The atoms that follow when exactly the atoms outside `assumed` count as refuted below a negation. */
function leastFixpoint(rules: readonly Formula[], assumed: ReadonlySet<number>, undeclared: boolean): Set<number> {
  const holds = new Set<number>();
  const evaluate = (formula: Formula): boolean => {
    switch (formula.kind) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'undeclared':
        return undeclared;
      case 'atom':
        return holds.has(formula.atom);
      case 'not':
        return !assumed.has(formula.atom);
      case 'and':
        return formula.parts.every(evaluate);
      case 'or':
        return formula.parts.some(evaluate);
    }
  };
  for (let before = -1; before < holds.size; ) {
    before = holds.size;
    rules.forEach((rule, atom) => {
      if (evaluate(rule)) holds.add(atom);
    });
  }
  return holds;
}

function hasUndeclared(formula: Formula): boolean {
  return formula.kind === 'undeclared' || ('parts' in formula && formula.parts.some(hasUndeclared));
}

function isSameSet(a: SubjectSet, b: SubjectSet): boolean {
  return a.namespace === b.namespace && a.object === b.object && a.relation === b.relation;
}

function isSameSubject(a: Subject, b: Subject): boolean {
  if (a.kind === 'id') return b.kind === 'id' && a.id === b.id;
  return b.kind === 'set' && isSameSet(a, b);
}
