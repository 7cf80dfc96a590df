import type { Model } from '../../namespace/model.ts';
import type { ComputedRule, Program, Rule, RuleGroup, TraverseRule } from '../program.ts';
import { type RuleRest, restBeside } from './rule-rest.ts';

/** What a membership in a permit comes from: that in another relation, of the same object or of those a relation points at. */
export type CandidateRule = (ComputedRule | TraverseRule) & Grant;

export interface Grant {
  /** What must hold beside the rule for it to be enough; undefined when only a check can tell. */
  readonly rest: RuleRest | undefined;
}

/** The rules of a model by which one may be a member. */
export interface CandidateRules {
  /** Whether a permit can hold by a negation alone: then following the rules does not find every member. */
  readonly isUnbounded: boolean;
  /** The permits of the model. */
  readonly permits: readonly Permit[];
  /** The rules of a permit; none for what is no permit. */
  rulesOf(namespace: number, relation: number): readonly CandidateRule[];
}

export interface Permit {
  readonly namespace: number;
  readonly permit: number;
}

const read = new WeakMap<Program, CandidateRules>();

/**
 * A model read for who may be a member at all. Whoever is a member of a permit is stored in it, or is a member by one of
 * its rules here; the other way round it need not be so. So following the rules finds every member and some others,
 * which `rest` or a check then tells apart. It is read once; `model` is what the program was compiled from.
 */
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
  readonly permits: Permit[] = [];
  readonly #rules: (readonly CandidateRule[])[][] = [];

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
    return this.#rules[namespace]?.[relation] ?? NO_RULES;
  }

  #add(namespace: number, permit: number, body: RuleGroup): void {
    this.permits.push({ namespace, permit });
    const found = rulesFor(body, true, 0);
    if (found === undefined) {
      this.isUnbounded = true;
      return;
    }
    const rules = found.map((rule) => ({ ...rule, rest: restBeside(rule, body) }));
    // Those that need the least come first, as a set is looked at once.
    rules.sort((a, b) => restSize(a) - restSize(b));
    this.#rules[namespace] ??= [];
    this.#rules[namespace][permit] = rules;
  }
}

const NO_RULES: readonly CandidateRule[] = [];

function restSize({ rest }: Grant): number {
  return rest === undefined ? Number.POSITIVE_INFINITY : rest.rules.length;
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
