import { type Formulas, NOT, OR, SET, STORED } from './formulas.ts';
import { NEVER, type Node } from './nodes.ts';
import { STRETCH_STEPS } from './stretch-steps.ts';
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

/** Adds what was found out about a node. Whether it was news. */
export function learn(node: Node, { verdict, from }: Weighed): boolean {
  if (verdict < 0 || from >= node.definiteFrom) return false;
  node.definite = verdict;
  node.definiteFrom = from;
  return true;
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

function weighOperands(formulas: Formulas, at: number, leaves: Leaves, isNegated: boolean): Weighed {
  const operands = new Operands(formulas, at, leaves.names);
  for (let operand = at + 1; operand < formulas.argument(at); operand = behind(formulas, operand)) {
    operands.add(weigh(formulas, operand, leaves, isNegated));
  }
  return operands.weighed;
}

/** The same as `weigh` in stretches. It yields the instructions it has looked at. */
export function* weighInStretches(
  formulas: Formulas,
  at: number,
  leaves: Leaves,
  isNegated = false,
): Generator<number, Weighed> {
  const end = behind(formulas, at);
  if (end - at <= STRETCH_STEPS) {
    yield end - at;
    return weigh(formulas, at, leaves, isNegated);
  }
  if (formulas.operation(at) === NOT) {
    const { verdict, from } = yield* weighInStretches(formulas, at + 1, leaves, true);
    return { verdict: negate(verdict), from: Math.max(from, formulas.need(at)) };
  }
  const operands = new Operands(formulas, at, leaves.names);
  let since = at;
  for (let operand = at + 1; operand < end; ) {
    const next = behind(formulas, operand);
    const isLong = next - operand > STRETCH_STEPS;
    if (isLong || next - since > STRETCH_STEPS) {
      yield operand - since;
      since = isLong ? next : operand;
    }
    if (isLong) operands.add(yield* weighInStretches(formulas, operand, leaves, isNegated));
    else operands.add(weigh(formulas, operand, leaves, isNegated));
    operand = next;
  }
  yield end - since;
  return operands.weighed;
}

/** The least of the operands that decide; if none does, all of them have to be known. */
class Operands {
  readonly #names: RelationNames;
  readonly #need: number;
  readonly #decisive: Verdict;
  readonly #neutral: Verdict;
  #decided = NEVER;
  #verdict: Verdict;
  #from = 0;

  constructor(formulas: Formulas, at: number, names: RelationNames) {
    const isUnion = formulas.operation(at) === OR;
    this.#names = names;
    this.#need = formulas.need(at);
    this.#decisive = isUnion ? MEMBER : NOT_MEMBER;
    this.#neutral = isUnion ? NOT_MEMBER : MEMBER;
    this.#verdict = this.#neutral;
  }

  add({ verdict, from }: Weighed): void {
    if (verdict === this.#decisive) {
      this.#decided = Math.min(this.#decided, from);
      return;
    }
    this.#verdict = merge(this.#verdict, verdict, this.#neutral, this.#names);
    this.#from = Math.max(this.#from, from);
  }

  get weighed(): Weighed {
    if (this.#decided < NEVER) return { verdict: this.#decisive, from: Math.max(this.#decided, this.#need) };
    return { verdict: this.#verdict, from: Math.max(this.#from, this.#need) };
  }
}
