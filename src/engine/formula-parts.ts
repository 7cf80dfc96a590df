import { END, type FactSource } from './fact-source.ts';
import { type Formulas, SET, STORED } from './formulas.ts';
import type { Node, Nodes } from './nodes.ts';
import type { Program, Rule, RuleGroup, TraverseRule } from './program.ts';

/**
 * An operand of a formula, with the rule or the tuple that it comes from.
 *
 * - `direct`: the look-up at `at`
 * - `hop`: leads to the set at `at`, `lookup` is the place of the look-up in that set, if it has one
 * - `rule`: a part of a permit's body that is an operator at `at`
 */
export type Part =
  | { readonly kind: 'direct'; readonly at: number }
  | { readonly kind: 'hop'; readonly at: number; readonly lookup: number | undefined; readonly origin: HopOrigin }
  | { readonly kind: 'rule'; readonly at: number; readonly rule: OperatorRule; readonly position: Position };

/** What makes a set lead to another one: the question, a stored tuple `…#relation@(row)`, or a rule. */
export type HopOrigin =
  | { readonly kind: 'question' }
  | { readonly kind: 'tuple'; readonly relation: number; readonly row: Row }
  | { readonly kind: 'computed'; readonly position: Position };

export type OperatorRule = Exclude<Rule, { readonly kind: 'computed' }>;

export interface Row {
  readonly object: number;
  readonly relation: number;
}

export type Position = readonly number[];

/**
 * Reads formulas back into what they were written from. It follows the order in which
 * `Grounder` writes them, and adds no meaning of its own.
 */
export class FormulaParts {
  readonly #nodes: Nodes;
  readonly #formulas: Formulas;
  readonly #source: FactSource;
  readonly #program: Program;

  constructor(parts: { nodes: Nodes; formulas: Formulas; source: FactSource; program: Program }) {
    this.#nodes = parts.nodes;
    this.#formulas = parts.formulas;
    this.#source = parts.source;
    this.#program = parts.program;
  }

  /** The only part of a question. */
  ofQuestion(question: Node): Part {
    return this.#hopWithLookup(question.formula + 1, { kind: 'question' });
  }

  /** The parts of a set, without the look-up in it; those that facts are missing for are left out. */
  ofSet(node: Node): Part[] {
    const operands = this.#operands(node.formula);
    const declaration = this.#program.declaration(this.#source.namespaceOf(node.object), node.relation);
    const parts: Part[] = [];
    if (declaration.kind === 'permit') {
      const body = operands.shift();
      if (body !== undefined) parts.push({ kind: 'rule', at: body, rule: declaration.body, position: [] });
    }
    const { relation } = node;
    const tuples = this.#hops(operands, (target) => ({ kind: 'tuple', relation, row: this.#nodes.at(target) }));
    return [...parts, ...tuples];
  }

  /** The operands of an operator in the body of `node`'s permit. */
  ofRule(node: Node, { at, rule, position }: Extract<Part, { kind: 'rule' }>): Part[] {
    switch (rule.kind) {
      case 'or':
        return this.#ofUnion(at, rule, position);
      case 'and': {
        const operands = this.#operands(at);
        return rule.children.map((child, i) => this.#operand(operands[i] as number, child, [...position, i])); // one each
      }
      case 'not':
        return [this.#operand(at + 1, rule.child, [...position, 0])];
      case 'traverse':
        return this.#ofTraverse(node, at, rule);
    }
  }

  /** All look-ups and hops of computed relations stand before the other children. */
  #ofUnion(at: number, { children }: RuleGroup, position: Position): Part[] {
    if (children.length === 0) return [];
    const operands = this.#operands(at);
    const places = children.map((_, i) => [...position, i]);
    const computed = places.filter((_, i) => children[i]?.kind === 'computed');
    let next = 0;
    const hops = this.#hops(operands, () => ({ kind: 'computed', position: computed[next++] ?? position }));
    const rest = operands.filter((operand) => this.#formulas.operation(operand) < SET);
    const others = children.flatMap((child, i): Part[] => {
      if (child.kind === 'computed') return [];
      return [this.#operand(rest.shift() as number, child, [...position, i])]; // one operator each
    });
    return [...hops, ...others];
  }

  #operand(at: number, rule: Rule, position: Position): Part {
    if (rule.kind === 'computed') return this.#hopWithLookup(at, { kind: 'computed', position });
    return { kind: 'rule', at, rule, position };
  }

  /** The rows that were followed stand in the order of the source, of which strict mode leaves some out. */
  #ofTraverse(node: Node, at: number, { relation }: TraverseRule): Part[] {
    const operands = this.#operands(at);
    const rows = operands.length === 0 ? [] : this.#rows(node.object, relation);
    let next = 0;
    return this.#hops(operands, (target) => {
      const { object } = this.#nodes.at(target);
      while (rows[next]?.object !== object) next++;
      return { kind: 'tuple', relation, row: rows[next++] as Row }; // the hop was written from it
    });
  }

  #rows(object: number, relation: number): Row[] {
    const source = this.#source;
    const rows: Row[] = [];
    if (source.openSubjectSets(source.setOf(object, relation)) <= 0) return rows;
    for (let set = source.nextSubjectSet(); set !== END; set = source.nextSubjectSet()) {
      rows.push({ object: source.objectOf(set), relation: source.relationOf(set) });
    }
    return rows;
  }

  #hopWithLookup(at: number, origin: HopOrigin): Part {
    const [hop] = this.#hops(this.#operands(at), () => origin);
    if (hop === undefined) throw new Error('BUG: a formula leads to no set');
    return hop;
  }

  /** The operands that lead to sets, each with the look-up in the same set that stands beside it. */
  #hops(operands: readonly number[], originOf: (target: number) => HopOrigin): Part[] {
    const lookups = new Map<number, number>();
    const hops: Part[] = [];
    for (const at of operands) {
      const operation = this.#formulas.operation(at);
      const target = this.#formulas.argument(at);
      if (operation === STORED) lookups.set(target, at);
      else if (operation === SET) hops.push({ kind: 'hop', at, lookup: lookups.get(target), origin: originOf(target) });
    }
    return hops;
  }

  #operands(at: number): number[] {
    const operands: number[] = [];
    const end = this.#formulas.argument(at);
    for (let operand = at + 1; operand < end; ) {
      operands.push(operand);
      operand = this.#formulas.operation(operand) < SET ? this.#formulas.argument(operand) : operand + 1;
    }
    return operands;
  }
}
