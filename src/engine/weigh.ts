import { type Formulas, NOT, OR, SET, STORED } from './formulas.ts';
import { NEVER, type Node } from './nodes.ts';
import { MEMBER, merge, NOT_MEMBER, negate, OUT_OF_DEPTH, type RelationNames, type Verdict } from './verdict.ts';

/** A verdict and the smallest budget that gives it; with an unknown one the budget means nothing. */
export interface Weighed {
  readonly verdict: Verdict;
  readonly from: number;
}

/** What is known of a node for every budget. */
export function knowledgeOf({ definite, definiteFrom }: Node): Weighed {
  return definiteFrom < NEVER ? { verdict: definite, from: definiteFrom } : UNKNOWN;
}

export const UNKNOWN: Weighed = { verdict: -OUT_OF_DEPTH, from: NEVER };

/** What the leaves of a formula are worth. */
export interface Leaves {
  /** The membership in a node's set; `isNegated` below a negation, however many there are. */
  set(index: number, isNegated: boolean): Weighed;
  stored(index: number): Verdict;
  readonly names: RelationNames;
}

/**
 * The verdict of a formula for every budget at once: below `from` it is unknown. All
 * operands are looked at, so the result does not depend on their order.
 */
export function weigh(formulas: Formulas, at: number, leaves: Leaves, isNegated = false): Weighed {
  const need = formulas.need(at);
  const argument = formulas.argument(at);
  const operation = formulas.operation(at);
  switch (operation) {
    case SET: {
      const { verdict, from } = leaves.set(argument, isNegated);
      return { verdict, from: from + need };
    }
    case STORED:
      return { verdict: leaves.stored(argument), from: need };
    case NOT: {
      const { verdict, from } = weigh(formulas, at + 1, leaves, true);
      return { verdict: negate(verdict), from: Math.max(from, need) };
    }
    default:
      if (operation > SET) return { verdict: argument, from: need };
      return weighOperands(formulas, at, leaves, isNegated);
  }
}

/** The position behind an instruction and its operands. */
function behind(formulas: Formulas, at: number): number {
  return formulas.operation(at) < SET ? formulas.argument(at) : at + 1;
}

/** The least of the operands that decide; if none does, all of them have to be known. */
function weighOperands(formulas: Formulas, at: number, leaves: Leaves, isNegated: boolean): Weighed {
  const isUnion = formulas.operation(at) === OR;
  const decisive = isUnion ? MEMBER : NOT_MEMBER;
  const neutral = isUnion ? NOT_MEMBER : MEMBER;
  let decided = NEVER;
  let verdict: Verdict = neutral;
  let from = 0;
  for (let operand = at + 1; operand < formulas.argument(at); operand = behind(formulas, operand)) {
    const weighed = weigh(formulas, operand, leaves, isNegated);
    if (weighed.verdict === decisive) decided = Math.min(decided, weighed.from);
    else {
      verdict = merge(verdict, weighed.verdict, neutral, leaves.names);
      from = Math.max(from, weighed.from);
    }
  }
  const need = formulas.need(at);
  if (decided < NEVER) return { verdict: decisive, from: Math.max(decided, need) };
  return { verdict, from: Math.max(from, need) };
}
