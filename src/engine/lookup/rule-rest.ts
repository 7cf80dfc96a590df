import type { Program, Rule, RuleGroup } from '../program.ts';

/**
 * What must hold beside a rule of a permit for the rule to be enough: nothing in a union, in an intersection the other
 * operands.
 */
export interface RuleRest {
  readonly rules: readonly Rule[];
  /** In how many groups below the body the rule stands: levels that are spent there. */
  readonly nesting: number;
  /** A depth that is enough to evaluate `rules`, as long as all they ask of are plain relations. */
  readonly need: number;
}

/** Undefined when the rule is not in the body, or only below a negation, or where the body is too deep to tell. */
export function restBeside(rule: Rule, body: RuleGroup): RuleRest | undefined {
  const way = wayTo(rule, body, []);
  if (way === undefined) return undefined;
  const rules: Rule[] = [];
  let below: Rule = rule;
  for (const group of way.toReversed()) {
    // The closure would see the variable change.
    const taken = below;
    if (group.kind === 'and') rules.push(...group.children.filter((child) => child !== taken));
    below = group;
  }
  // A look-up takes a level more than the operators around it, and one that finds nothing one more.
  const need = rules.length === 0 ? 0 : levelsOf(body, 0) + 2;
  if (need === Number.POSITIVE_INFINITY) return undefined;
  return { rules, nesting: way.length - 1, need };
}

/** Looks up whether the subject of a question is a member of a set of the object, where that is no permit. */
export type LookUp = (object: number, relation: number) => boolean | undefined;

/** Whether all of the rules hold on the object for certain; otherwise it takes a check to tell. */
export function holdsRest({ rules }: RuleRest, on: RestQuestion): boolean {
  return every(rules, on, 0) === true;
}

/** The object that rules are about. */
export interface RestQuestion {
  readonly object: number;
  readonly namespace: number;
  readonly program: Program;
  readonly lookUp: LookUp;
}

/** Bodies are hardly ever nested deeper. */
const MAX_NESTING = 20;

/** The groups from the body to the rule. */
function wayTo(rule: Rule, group: RuleGroup, above: readonly RuleGroup[]): readonly RuleGroup[] | undefined {
  const way = [...above, group];
  if (group.children.includes(rule)) return way;
  if (way.length > MAX_NESTING) return undefined;
  for (const child of group.children) {
    const found = child.kind === 'and' || child.kind === 'or' ? wayTo(rule, child, way) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function levelsOf(rule: Rule, nesting: number): number {
  if (nesting > MAX_NESTING) return Number.POSITIVE_INFINITY;
  switch (rule.kind) {
    case 'computed':
    case 'traverse':
      return 0;
    case 'not':
      return 1 + levelsOf(rule.child, nesting + 1);
    case 'or':
    case 'and':
      return 1 + rule.children.reduce((most, child) => Math.max(most, levelsOf(child, nesting + 1)), 0);
  }
}

function holds(rule: Rule, on: RestQuestion, nesting: number): boolean | undefined {
  if (nesting > MAX_NESTING) return undefined;
  switch (rule.kind) {
    case 'computed': {
      const { kind } = on.program.declaration(on.namespace, rule.relation);
      return kind === 'relation' || kind === 'none' ? on.lookUp(on.object, rule.relation) : undefined;
    }
    case 'traverse':
      return undefined;
    case 'not':
      return not(holds(rule.child, on, nesting + 1));
    case 'and':
      // A group without elements has no members.
      return rule.children.length === 0 ? false : every(rule.children, on, nesting + 1);
    case 'or':
      return not(every(rule.children, on, nesting + 1, not));
  }
}

/** Three-valued, and with `each` of what the rules say: a false one decides. */
function every(
  rules: readonly Rule[],
  on: RestQuestion,
  nesting: number,
  each: (value: boolean | undefined) => boolean | undefined = same,
): boolean | undefined {
  let all: boolean | undefined = true;
  for (const rule of rules) {
    const value = each(holds(rule, on, nesting));
    if (value === false) return false;
    if (value === undefined) all = undefined;
  }
  return all;
}

function same(value: boolean | undefined): boolean | undefined {
  return value;
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}
