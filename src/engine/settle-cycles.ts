import { NOT_LOADED } from './fact-source.ts';
import { type Components, findComponents } from './find-components.ts';
import { SET, STORED, VERDICT } from './formulas.ts';
import { type Ground, leavesOf } from './ground.ts';
import { IntegerPages } from './integer-pages.ts';
import { NO_TARGET, SetEdges } from './set-edges.ts';
import { settleComponent } from './settle-component.ts';
import { STRETCH_STEPS } from './stretch-steps.ts';
import { OUT_OF_DEPTH, UNLOADED, type Verdict } from './verdict.ts';
import { knowledgeOf, type Leaves, learn, weigh, weighInStretches } from './weigh.ts';

/**
 * The verdict of a node that is unknown as long as no cycle is looked at as a whole. What is
 * within the depth is laid out, and each cycle is settled, the cycles it leads to before it.
 * `metCycle`: whether it is known that there is a cycle. It yields the steps it has taken, each time after some hundreds
 * of which not all may count.
 */
export function* settleCycles(
  question: Ground & { root: number; depth: number; metCycle: boolean },
): Generator<number, Verdict> {
  const { root, depth, metCycle, ...ground } = question;
  if (!metCycle) {
    const open = yield* new Reach(ground, true).from(root, depth);
    if (open === undefined) return -UNLOADED;
    if (!(yield* hasCycle(yield* findComponents(open), open))) return -OUT_OF_DEPTH;
  }
  const edges = yield* new Reach(ground, false).from(root, depth);
  if (edges === undefined) return -UNLOADED;
  yield* settleAll(yield* findComponents(edges), edges, ground);
  const node = ground.nodes.at(root);
  return node.definiteFrom <= depth ? node.definite : -OUT_OF_DEPTH;
}

function* hasCycle(components: Components, edges: SetEdges): Generator<number, boolean> {
  for (let component = 0; component < components.count; component++) {
    if (isCycle(components.onlyMember(component), edges)) return true;
    if (component % STRETCH_STEPS === STRETCH_STEPS - 1) yield 0;
  }
  return false;
}

function* settleAll(components: Components, edges: SetEdges, ground: Ground): Generator<number, void> {
  const { nodes, formulas } = ground;
  const leaves = leavesOf(ground, (index) => knowledgeOf(nodes.at(index)));
  const places = new IntegerPages();
  let steps = 0;
  for (let component = 0; component < components.count; component++) {
    const only = components.onlyMember(component);
    if (isCycle(only, edges)) {
      yield* settleComponent(components.membersOf(component), places, ground);
      continue;
    }
    const node = nodes.at(only);
    const length = formulas.argument(node.formula) - node.formula;
    if (length <= STRETCH_STEPS) learn(node, weigh(formulas, node.formula, leaves));
    else learn(node, yield* weighInStretches(formulas, node.formula, leaves));
    steps += length <= STRETCH_STEPS ? length : 0;
    if (steps < STRETCH_STEPS) continue;
    yield steps;
    steps = 0;
  }
}

/** Whether a component is one. `only`: its member, if there is just one. */
function isCycle(only: number | undefined, edges: SetEdges): only is undefined {
  return only === undefined || edges.leadsTo(only, only);
}

/** The nodes that are reached with budget left, and where their formulas lead. */
class Reach {
  readonly #ground: Ground;
  /** The largest budget that each node is reached with. */
  readonly #budgets = new IntegerPages();
  /** Nodes to be looked at, by that budget: larger ones first, so that each is looked at once. */
  readonly #waiting = new Map<number, number[]>();
  readonly #edges = new SetEdges();
  readonly #onlyOpen: boolean;
  readonly #known: Leaves;
  #isLoaded = true;
  /** Steps that are not told yet, and instructions that were only weighed to cut the way short. */
  #steps = 0;
  #weighed = 0;

  /**
   * With `onlyOpen` the way ends at what is known with the budget left. That shows whether there
   * are cycles, but not the smallest budgets: a verdict may be known with more than it needs.
   */
  constructor(ground: Ground, onlyOpen: boolean) {
    this.#ground = ground;
    this.#onlyOpen = onlyOpen;
    const { nodes, names } = ground;
    this.#known = {
      names,
      set: (index) => knowledgeOf(nodes.at(index)),
      // What was not looked up so far is not looked up for this.
      stored: (index) => (nodes.at(index).stored === NOT_LOADED ? -UNLOADED : nodes.at(index).stored),
    };
  }

  /** Undefined when facts are missing; the source has been asked for all of them. */
  *from(root: number, depth: number): Generator<number, SetEdges | undefined> {
    this.#arrive(root, depth);
    for (let budget = depth; this.#waiting.size > 0; budget--) {
      const waiting = this.#waiting.get(budget) ?? [];
      // The list grows while it is walked: steps on one object keep the budget.
      for (const index of waiting) {
        if (this.#budgets.get(index) === budget && !this.#edges.has(index)) yield* this.#look(index, budget);
      }
      this.#waiting.delete(budget);
    }
    yield this.#steps;
    return this.#isLoaded ? this.#edges : undefined;
  }

  #arrive(index: number, budget: number): void {
    const node = this.#ground.nodes.at(index);
    if (budget < 1 || node.definiteFrom <= (this.#onlyOpen ? budget : 1)) return;
    if (budget <= this.#budgets.get(index)) return;
    this.#budgets.set(index, budget);
    const waiting = this.#waiting.get(budget);
    if (waiting === undefined) this.#waiting.set(budget, [index]);
    else waiting.push(index);
  }

  *#look(index: number, budget: number): Generator<number, void> {
    const { nodes, formulas, ground } = this.#ground;
    const node = nodes.at(index);
    const grounding = ground(node);
    if (grounding !== undefined) yield* grounding;
    this.#edges.begin(index);
    const end = formulas.argument(node.formula);
    for (let at = node.formula; at < end; at++) {
      if (++this.#steps + this.#weighed >= STRETCH_STEPS) yield this.#takeSteps();
      if (formulas.operation(at) >= SET) this.#lookAt(at, budget);
      else if (this.#onlyOpen && (yield* this.#isDecided(at, budget))) at = formulas.argument(at) - 1;
    }
    this.#edges.add(NO_TARGET);
  }

  /** Looks at an instruction that is no operator. */
  #lookAt(at: number, budget: number): void {
    const { nodes, formulas } = this.#ground;
    const argument = formulas.argument(at);
    const need = formulas.need(at);
    const operation = formulas.operation(at);
    if (operation === SET) {
      this.#arrive(argument, budget - need);
      if (this.#budgets.get(argument) > 0) this.#edges.add(argument);
    } else if (operation === STORED && budget >= need) {
      if (this.#ground.isStored(nodes.at(argument)) === NOT_LOADED) this.#isLoaded = false;
    } else if (operation === VERDICT && budget >= need && argument === -UNLOADED) {
      this.#isLoaded = false;
    }
  }

  /** Whether an operator's verdict is known with the budget left, whatever else its operands lead to. */
  *#isDecided(at: number, budget: number): Generator<number, boolean> {
    const weighing = weighInStretches(this.#ground.formulas, at, this.#known);
    for (let next = weighing.next(); ; next = weighing.next()) {
      if (next.done === true) return next.value.verdict >= 0 && next.value.from <= budget;
      this.#weighed += next.value;
      if (this.#weighed >= STRETCH_STEPS) yield this.#takeSteps();
    }
  }

  #takeSteps(): number {
    const steps = this.#steps;
    this.#steps = 0;
    this.#weighed = 0;
    return steps;
  }
}
