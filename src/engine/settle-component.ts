import { NOT_LOADED } from './fact-source.ts';
import { SET } from './formulas.ts';
import type { Ground } from './ground.ts';
import { NEVER, type Node } from './nodes.ts';
import { firstFault, MEMBER, NOT_MEMBER, OUT_OF_DEPTH, paradox, type Verdict } from './verdict.ts';
import { knowledgeOf, type Leaves, UNKNOWN, type Weighed, weigh } from './weigh.ts';

/**
 * How many steps are taken to walk every way from a component's sets, which tells exactly how much depth
 * their answers take. It can be the longest way that meets no set twice, which no fast method finds; when
 * it takes more, the sum of all hops is the answer, which is never too little.
 */
const MAX_WALKING_STEPS = 50_000;
/** How many sets such a way may have: walking is recursive, and the stack must not overflow. */
const MAX_WAY_SETS = 200;

/**
 * Completes the knowledge of sets that lead to each other; what they lead to besides is known.
 * The answer is that of the well-founded model: a set that only reaches itself has no members,
 * and a membership that depends on its own negation is a paradox. The depth that it takes is that of
 * walking every way (docs/adr/0017-answers-on-cycles.md). It yields the steps it has taken.
 */
export function* settleComponent(
  members: readonly number[],
  isCycle: boolean,
  ground: Ground,
): Generator<number, void> {
  const component = new Component(members, ground);
  yield* component.deduce();
  if (!isCycle) return;
  while (yield* component.refuteUnfounded()) yield* component.deduce();
  yield* component.declareParadoxes();
  yield* component.walk();
}

class Component {
  readonly #members: readonly number[];
  readonly #ground: Ground;
  /** The sets of the component, each with those that depend on it. */
  readonly #dependents: ReadonlyMap<number, readonly number[]>;
  #steps = 0;

  constructor(members: readonly number[], ground: Ground) {
    this.#members = members;
    this.#ground = ground;
    const dependents = new Map(members.map((index): [number, number[]] => [index, []]));
    for (const index of members) {
      this.#eachTarget(index, (target) => dependents.get(target)?.push(index));
    }
    this.#dependents = dependents;
  }

  /** Draws every conclusion that follows from what is known, with the smallest budgets. */
  *deduce(): Generator<number, void> {
    yield* this.#untilStill((index) =>
      this.#learn(
        index,
        this.#weigh(index, (target) => this.#known(target)),
      ),
    );
  }

  /**
   * Finds the open sets that have no members even if every open negation holds: what could
   * make a member of one always needs another of them. Whether there were any.
   */
  *refuteUnfounded(): Generator<number, boolean> {
    const unfounded = new Set(this.#members.filter((index) => this.#isOpen(index)));
    yield* this.#untilStill((index) => {
      if (!unfounded.has(index)) return false;
      const { verdict } = this.#weigh(index, (target, isNegated) =>
        unfounded.has(target) && !isNegated ? NO : this.#known(target),
      );
      return verdict !== NOT_MEMBER && unfounded.delete(index);
    });
    const from = this.#bound();
    for (const index of unfounded) this.#learn(index, { verdict: NOT_MEMBER, from });
    return unfounded.size > 0;
  }

  /** What is still open depends on its own negation, or on what lies beyond the depth, or on a fault. */
  *declareParadoxes(): Generator<number, void> {
    const faults = new Map<number, Verdict>();
    for (const index of this.#members) {
      if (this.#isOpen(index)) faults.set(index, paradox(this.#node(index).relation));
    }
    yield* this.#untilStill((index) => {
      const fault = faults.get(index);
      if (fault === undefined) return false;
      const { verdict } = this.#weigh(index, (target) => {
        const assumed = faults.get(target);
        return assumed === undefined ? this.#known(target) : { verdict: assumed, from: 1 };
      });
      if (verdict < 0) return faults.delete(index);
      const first = firstFault(fault, verdict, this.#ground.names);
      faults.set(index, first);
      return first !== fault;
    });
    const from = this.#bound();
    for (const [index, verdict] of faults) this.#learn(index, { verdict, from });
  }

  /** Gives every set what walking every way from it gives, if that does not take too long. */
  *walk(): Generator<number, void> {
    const isPositive = this.#isPositive();
    const walked = new Map<number, Weighed>();
    for (const index of this.#members) {
      if (!this.#isWalked(index, isPositive)) continue;
      const before = this.#steps;
      walked.set(index, this.#walkFrom(index, { sets: new Map(), negations: 0, isPositive }));
      yield Math.min(this.#steps, MAX_WALKING_STEPS) - before;
      if (this.#steps > MAX_WALKING_STEPS) return;
    }
    for (const [index, { verdict, from }] of walked) {
      if (verdict < 0) continue;
      const node = this.#node(index);
      node.definite = verdict;
      node.definiteFrom = from;
    }
  }

  /** Looks at every set, and again at those that depend on one that `look` has changed. */
  *#untilStill(look: (index: number) => boolean): Generator<number, void> {
    const waiting = [...this.#members];
    const isWaiting = new Set(waiting);
    // The list grows while it is walked.
    for (const index of waiting) {
      isWaiting.delete(index);
      yield this.#lengthOf(index);
      if (!look(index)) continue;
      for (const dependent of this.#dependents.get(index) ?? []) {
        if (isWaiting.has(dependent)) continue;
        isWaiting.add(dependent);
        waiting.push(dependent);
      }
    }
  }

  #walkFrom(index: number, { sets, negations, isPositive }: Way): Weighed {
    this.#steps += this.#lengthOf(index);
    if (sets.size === MAX_WAY_SETS) this.#steps = Number.POSITIVE_INFINITY;
    if (this.#steps > MAX_WALKING_STEPS) return UNKNOWN;
    sets.set(index, negations);
    const walked = this.#weigh(index, (target, isNegated) => {
      const way = { sets, negations: isNegated ? negations + 1 : negations, isPositive };
      const before = sets.get(target);
      if (before !== undefined) return before < way.negations ? this.#paradoxOf(target, sets) : NO;
      return this.#isWalked(target, isPositive) ? this.#walkFrom(target, way) : this.#known(target);
    });
    sets.delete(index);
    return walked;
  }

  /** Without a negation no way to a member leads over a set that is on the way to it, so nothing is to be found out about it. */
  #isWalked(index: number, isPositive: boolean): boolean {
    return this.#dependents.has(index) && !(isPositive && this.#node(index).definite === MEMBER);
  }

  /** What a set is worth that is met again with a negation between: a paradox, and so is every set of the round. */
  #paradoxOf(target: number, sets: ReadonlyMap<number, number>): Weighed {
    let verdict = paradox(this.#node(target).relation);
    let isInRound = false;
    for (const index of sets.keys()) {
      isInRound ||= index === target;
      if (isInRound) verdict = firstFault(verdict, paradox(this.#node(index).relation), this.#ground.names);
    }
    return { verdict, from: 1 };
  }

  /** Whether no set of the component depends on another one's negation. */
  #isPositive(): boolean {
    let isPositive = true;
    for (const index of this.#members) {
      this.#eachTarget(index, (target, isNegated) => {
        if (isNegated && this.#dependents.has(target)) isPositive = false;
      });
    }
    return isPositive;
  }

  #eachTarget(index: number, visit: (target: number, isNegated: boolean) => void): void {
    this.#weigh(index, (target, isNegated) => {
      visit(target, isNegated);
      return UNKNOWN;
    });
  }

  /** A budget that suffices for every way within the component. */
  #bound(): number {
    let hops = 0;
    let exit = 1;
    for (const index of this.#members) {
      let hop = 0;
      const { formulas } = this.#ground;
      const start = this.#node(index).formula;
      for (let at = start; at < formulas.argument(start); at++) {
        const need = formulas.need(at);
        if (formulas.operation(at) !== SET) exit = Math.max(exit, need);
        else if (this.#dependents.has(formulas.argument(at))) hop = Math.max(hop, need);
        else exit = Math.max(exit, need + finite(this.#node(formulas.argument(at)).definiteFrom));
      }
      hops += hop;
    }
    return hops + exit;
  }

  #weigh(index: number, set: Leaves['set']): Weighed {
    const stored: Leaves['stored'] = (target) => {
      const isStored = this.#ground.isStored(this.#node(target));
      // Only a look-up that lies beyond the depth has not been loaded.
      return isStored === NOT_LOADED ? -OUT_OF_DEPTH : isStored;
    };
    return weigh(this.#ground.formulas, this.#node(index).formula, { set, stored, names: this.#ground.names });
  }

  #known(target: number): Weighed {
    return knowledgeOf(this.#node(target));
  }

  #learn(index: number, { verdict, from }: Weighed): boolean {
    const node = this.#node(index);
    if (verdict < 0 || from >= node.definiteFrom) return false;
    node.definite = verdict;
    node.definiteFrom = from;
    return true;
  }

  #lengthOf(index: number): number {
    const { formula } = this.#node(index);
    return this.#ground.formulas.argument(formula) - formula;
  }

  #isOpen(index: number): boolean {
    return this.#node(index).definiteFrom === NEVER;
  }

  #node(index: number): Node {
    return this.#ground.nodes.at(index);
  }
}

/** The sets on the way, in the order they were met, each with the number of negations before it. */
interface Way {
  readonly sets: Map<number, number>;
  readonly negations: number;
  readonly isPositive: boolean;
}

/** A set on the way to itself adds nothing; reaching it takes a level all the same. */
const NO: Weighed = { verdict: NOT_MEMBER, from: 1 };

function finite(from: number): number {
  return from < NEVER ? from : 0;
}
