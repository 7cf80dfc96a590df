import type { Model } from '../../namespace/model.ts';
import type { ComputedRule, Program, Rule, RuleGroup, TraverseRule } from '../program.ts';

/** What a membership in a permit comes from: that in another relation, of the same object or of those a relation points at. */
export type CandidateRule = (ComputedRule | TraverseRule) & Grant;

interface Grant {
  /** Whether the rule is enough by itself: the permit is a union, and the rule one of its operands. */
  readonly grants: boolean;
}

/** A permit whose members may come from another relation of the object. */
export interface ComputingPermit extends Grant {
  readonly permit: number;
}

/** A permit whose members may come from objects that a relation of its namespace points at. */
export interface TraversingPermit extends Grant {
  readonly namespace: number;
  readonly permit: number;
  /** The relation that points. */
  readonly relation: number;
}

/**
 * A model read for who may be a member at all. Whoever is a member of a permit is stored in it, or is a member by one of
 * its rules here; the other way round it need not be so. So following the rules finds every member and
 * some others, which a check then tells apart.
 */
export interface CandidateRules {
  /** Whether a permit can hold by a negation alone: then following the rules does not find every member. */
  readonly isUnbounded: boolean;
  /** The rules of a permit; none for what is no permit. */
  rulesOf(namespace: number, relation: number): readonly CandidateRule[];
  /** The permits of the namespace that a membership in the relation may make one a member of, on the same object. */
  computedFrom(namespace: number, relation: number): readonly ComputingPermit[];
  /** The permits that a membership in the relation may make one a member of, on objects that point at this one. */
  traversesTo(relation: number): readonly TraversingPermit[];
}

const read = new WeakMap<Program, CandidateRules>();

/** The rules of a program; read once. `model` is what it was compiled from. */
export function candidateRules(program: Program, model: Model): CandidateRules {
  let rules = read.get(program);
  if (rules === undefined) {
    rules = new ModelRules(program, model);
    read.set(program, rules);
  }
  return rules;
}

class ModelRules implements CandidateRules {
  isUnbounded = false;
  readonly #rules = new Map<string, readonly CandidateRule[]>();
  readonly #computed = new Map<string, ComputingPermit[]>();
  readonly #traverses = new Map<number, TraversingPermit[]>();

  constructor(program: Program, model: Model) {
    const { symbols } = program;
    for (const { name, relations } of model.list()) {
      const namespace = symbols.intern(name);
      for (const relation of new Set(relations.map((declared) => declared.name))) {
        const permit = symbols.intern(relation);
        const declaration = program.declaration(namespace, permit);
        if (declaration.kind === 'permit') this.#add(namespace, permit, declaration.body);
      }
    }
  }

  rulesOf(namespace: number, relation: number): readonly CandidateRule[] {
    return this.#rules.get(keyOf(namespace, relation)) ?? [];
  }

  computedFrom(namespace: number, relation: number): readonly ComputingPermit[] {
    return this.#computed.get(keyOf(namespace, relation)) ?? [];
  }

  traversesTo(relation: number): readonly TraversingPermit[] {
    return this.#traverses.get(relation) ?? [];
  }

  #add(namespace: number, permit: number, body: RuleGroup): void {
    const found = rulesFor(body, true, 0);
    if (found === undefined) {
      this.isUnbounded = true;
      return;
    }
    const rules = found.map((rule) => ({ ...rule, grants: body.kind === 'or' && body.children.includes(rule) }));
    // Those that grant come first, as a set is looked at once.
    rules.sort((a, b) => Number(b.grants) - Number(a.grants));
    this.#rules.set(keyOf(namespace, permit), rules);
    for (const rule of rules) {
      const { grants, relation } = rule;
      if (rule.kind === 'computed') add(this.#computed, keyOf(namespace, relation), { permit, grants });
      else add(this.#traverses, rule.target, { namespace, permit, relation, grants });
    }
  }
}

/** The rules without what they are part of. */
type Leaf = ComputedRule | TraverseRule;

/** Bodies that are nested deeper than anybody writes them are taken for unbounded. */
const MAX_NESTING = 1000;

/**
 * The rules one of which must hold for a rule to hold, or not to hold; undefined when it can without any.
 * Of operands that must hold together the one with the fewest rules is enough.
 */
function rulesFor(rule: Rule, holds: boolean, nesting: number): readonly Leaf[] | undefined {
  if (nesting > MAX_NESTING) return undefined;
  switch (rule.kind) {
    case 'computed':
    case 'traverse':
      return holds ? [rule] : undefined;
    case 'not':
      return rulesFor(rule.child, !holds, nesting + 1);
    case 'or':
    case 'and': {
      // A group without elements has no members, an intersection neither.
      if (rule.children.length === 0) return holds ? [] : undefined;
      const operands = rule.children.map((child) => rulesFor(child, holds, nesting + 1));
      return (rule.kind === 'or') === holds ? joined(operands) : fewest(operands);
    }
  }
}

function joined(operands: readonly (readonly Leaf[] | undefined)[]): readonly Leaf[] | undefined {
  const rules: Leaf[] = [];
  for (const operand of operands) {
    if (operand === undefined) return undefined;
    rules.push(...operand);
  }
  return rules;
}

function fewest(operands: readonly (readonly Leaf[] | undefined)[]): readonly Leaf[] | undefined {
  let least: readonly Leaf[] | undefined;
  for (const operand of operands) {
    if (operand !== undefined && (least === undefined || operand.length < least.length)) least = operand;
  }
  return least;
}

function keyOf(namespace: number, relation: number): string {
  return `${namespace}#${relation}`;
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
