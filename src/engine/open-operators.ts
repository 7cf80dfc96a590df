import type { NotRule, Rule, RuleGroup, TraverseRule } from './program.ts';

/** An operator of a permit's body, or a traverse, of which operands are still to be written. */
export interface OpenOperator {
  /** Where it stands. */
  start: number;
  rule: RuleGroup | NotRule | TraverseRule;
  next: number;
  /** How many levels below the node its operands stand, and groups among them. */
  spent: number;
  spentInGroup: number;
}

/** The operators that enclose what is being written. They are used again, so that none is allocated for a formula. */
export class OpenOperators {
  readonly #operators: OpenOperator[] = [];
  #height = 0;

  clear(): void {
    this.#height = 0;
  }

  /** The innermost one. */
  get top(): OpenOperator | undefined {
    return this.#height === 0 ? undefined : this.#operators[this.#height - 1];
  }

  push(start: number, rule: OpenOperator['rule'], spent: number, spentInGroup: number): void {
    const operator = this.#operators[this.#height++];
    if (operator === undefined) {
      this.#operators.push({ start, rule, next: 0, spent, spentInGroup });
      return;
    }
    operator.start = start;
    operator.rule = rule;
    operator.next = 0;
    operator.spent = spent;
    operator.spentInGroup = spentInGroup;
  }

  pop(): void {
    this.#height--;
  }
}

/** The next operand of an operator, by its rule, that is to be written; undefined when all are. */
export function nextOperand(operator: OpenOperator, rule: RuleGroup | NotRule): Rule | undefined {
  const index = operator.next++;
  if (rule.kind !== 'not') return rule.children[index];
  return index === 0 ? rule.child : undefined;
}
