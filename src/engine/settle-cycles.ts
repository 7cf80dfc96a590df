import { NOT_LOADED } from './fact-source.ts';
import { findComponents } from './find-components.ts';
import { SET, STORED, VERDICT } from './formulas.ts';
import type { Ground } from './ground.ts';
import { settleComponent } from './settle-component.ts';
import { OUT_OF_DEPTH, UNLOADED, type Verdict } from './verdict.ts';
import { knowledgeOf, weigh } from './weigh.ts';

/**
 * The verdict of a node that is unknown as long as no cycle is looked at as a whole. What is
 * within the depth is laid out, and each cycle is settled, the cycles it leads to before it.
 * `metCycle`: whether it is known that there is a cycle. It yields the steps it has taken.
 */
export function* settleCycles(
  question: Ground & { root: number; depth: number; metCycle: boolean },
): Generator<number, Verdict> {
  const { root, depth, metCycle, ...ground } = question;
  if (!metCycle) {
    const open = yield* new Reach(ground, true).from(root, depth);
    if (open === undefined) return -UNLOADED;
    const components = yield* findComponents(open);
    if (!components.some((component) => isCycle(component, open))) return -OUT_OF_DEPTH;
  }
  const edges = yield* new Reach(ground, false).from(root, depth);
  if (edges === undefined) return -UNLOADED;
  for (const component of yield* findComponents(edges)) {
    yield* settleComponent(component, isCycle(component, edges), ground);
  }
  const node = ground.nodes.at(root);
  return node.definiteFrom <= depth ? node.definite : -OUT_OF_DEPTH;
}

type Edges = ReadonlyMap<number, readonly number[]>;

function isCycle([first, ...rest]: readonly number[], edges: Edges): boolean {
  return rest.length > 0 || (first !== undefined && edges.get(first)?.includes(first) === true);
}

/** The nodes that are reached with budget left, and where their formulas lead. */
class Reach {
  readonly #ground: Ground;
  /** The largest budget that each node is reached with. */
  readonly #budgets = new Map<number, number>();
  /** Nodes to be looked at, by that budget: larger ones first, so that each is looked at once. */
  readonly #waiting = new Map<number, number[]>();
  readonly #edges = new Map<number, number[]>();
  readonly #onlyOpen: boolean;
  #isLoaded = true;

  /**
   * With `onlyOpen` the way ends at what is known with the budget left. That shows whether there
   * are cycles, but not the smallest budgets: a verdict may be known with more than it needs.
   */
  constructor(ground: Ground, onlyOpen: boolean) {
    this.#ground = ground;
    this.#onlyOpen = onlyOpen;
  }

  /** Undefined when facts are missing; the source has been asked for all of them. */
  *from(root: number, depth: number): Generator<number, Edges | undefined> {
    this.#arrive(root, depth);
    for (let budget = depth; this.#waiting.size > 0; budget--) {
      const waiting = this.#waiting.get(budget) ?? [];
      // The list grows while it is walked: steps on one object keep the budget.
      for (const index of waiting) {
        if (this.#budgets.get(index) === budget && !this.#edges.has(index)) yield this.#look(index, budget);
      }
      this.#waiting.delete(budget);
    }
    return this.#isLoaded ? this.#edges : undefined;
  }

  #arrive(index: number, budget: number): void {
    const node = this.#ground.nodes.at(index);
    if (budget < 1 || node.definiteFrom <= (this.#onlyOpen ? budget : 1)) return;
    if (budget <= (this.#budgets.get(index) ?? 0)) return;
    this.#budgets.set(index, budget);
    const waiting = this.#waiting.get(budget);
    if (waiting === undefined) this.#waiting.set(budget, [index]);
    else waiting.push(index);
  }

  /** Answers how many instructions it has looked at. */
  #look(index: number, budget: number): number {
    const { nodes, formulas } = this.#ground;
    const node = nodes.at(index);
    this.#ground.ground(node);
    const targets: number[] = [];
    this.#edges.set(index, targets);
    const end = formulas.argument(node.formula);
    for (let at = node.formula; at < end; at++) {
      const argument = formulas.argument(at);
      const need = formulas.need(at);
      const operation = formulas.operation(at);
      if (operation < SET) {
        if (this.#onlyOpen && this.#isDecided(at, budget)) at = argument - 1;
      } else if (operation === SET) {
        this.#arrive(argument, budget - need);
        if (this.#budgets.has(argument)) targets.push(argument);
      } else if (operation === STORED && budget >= need) {
        if (this.#ground.isStored(nodes.at(argument)) === NOT_LOADED) this.#isLoaded = false;
      } else if (operation === VERDICT && budget >= need && argument === -UNLOADED) {
        this.#isLoaded = false;
      }
    }
    return end - node.formula;
  }

  /** Whether an operator's verdict is known with the budget left, whatever else its operands lead to. */
  #isDecided(at: number, budget: number): boolean {
    const { nodes, formulas, names } = this.#ground;
    const { verdict, from } = weigh(formulas, at, {
      names,
      set: (index) => knowledgeOf(nodes.at(index)),
      // What was not looked up so far is not looked up for this.
      stored: (index) => (nodes.at(index).stored === NOT_LOADED ? -UNLOADED : nodes.at(index).stored),
    });
    return verdict >= 0 && from <= budget;
  }
}
