import { NOT_LOADED } from './fact-source.ts';
import { SET } from './formulas.ts';
import type { Ground } from './ground.ts';
import { NEVER, type Node } from './nodes.ts';
import { MEMBER, NOT_MEMBER, OUT_OF_DEPTH, paradox, type Verdict } from './verdict.ts';
import { knowledgeOf, type Leaves, UNKNOWN, type Weighed, weigh } from './weigh.ts';

/**
 * How many steps are taken to find the depth that exhausting a component's sets takes exactly.
 * It is the longest way that meets no set twice, which no fast method finds; when it takes
 * more, the sum of all hops is the answer, which is never too little.
 */
const MAX_WALKING_STEPS = 50_000;
/** How many sets such a way may have: walking is recursive, and the stack must not overflow. */
const MAX_WAY_SETS = 200;

/**
 * Completes the knowledge of sets that lead to each other; what they lead to besides is known.
 * The answer is that of the well-founded model: a set that only reaches itself has no members,
 * and a membership that depends on its own negation is a paradox. It yields the steps it has taken.
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
  yield* component.tighten();
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
      if (verdict >= fault) return false;
      if (verdict < 0) faults.delete(index);
      else faults.set(index, verdict);
      return true;
    });
    const from = this.#bound();
    for (const [index, verdict] of faults) this.#learn(index, { verdict, from });
  }

  /** Lowers the budgets of what is no member to what the longest way takes on which no set is met twice. */
  *tighten(): Generator<number, void> {
    const isPositive = this.#isPositive();
    for (let isChanged = true; isChanged; ) {
      isChanged = false;
      this.#steps = 0;
      const candidates = this.#members.filter((index) => this.#isCandidate(index, isPositive));
      const exact = candidates.map((index) => this.#exhaust(index, new Set(), isPositive));
      if (this.#steps > MAX_WALKING_STEPS) return;
      yield this.#steps;
      candidates.forEach((index, i) => {
        const walked = exact[i] ?? UNKNOWN;
        if (!this.#isOpen(index) && walked.verdict !== this.#node(index).definite) return;
        if (this.#learn(index, walked)) isChanged = true;
      });
      yield* this.deduce();
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

  /** What walking every way from a set gives, when the sets on the way to it are taken to be without members. */
  #exhaust(index: number, way: Set<number>, isPositive: boolean): Weighed {
    const known = this.#known(index);
    this.#steps += this.#lengthOf(index);
    if (way.size === MAX_WAY_SETS) this.#steps = Number.POSITIVE_INFINITY;
    if (this.#steps > MAX_WALKING_STEPS) return known;
    way.add(index);
    const walked = this.#weigh(index, (target) => {
      if (way.has(target)) return NO;
      return this.#isCandidate(target, isPositive) ? this.#exhaust(target, way, isPositive) : this.#known(target);
    });
    way.delete(index);
    if (walked.verdict < 0 || walked.from > known.from) return known;
    // With a negation inside, a cut set may make members that are none.
    return isPositive || walked.verdict === known.verdict ? walked : known;
  }

  /**
   * Whether walking can tell more of a set: it is known to have no member, or no answer. With
   * no negation inside, what lies beyond the depth can be told as well: a set that is cut adds nothing.
   */
  #isCandidate(index: number, isPositive: boolean): boolean {
    if (!this.#dependents.has(index)) return false;
    return this.#isOpen(index) ? isPositive : this.#node(index).definite !== MEMBER;
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
    return weigh(this.#ground.formulas, this.#node(index).formula, { set, stored });
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

/** A set on the way to itself adds nothing; reaching it takes a level all the same. */
const NO: Weighed = { verdict: NOT_MEMBER, from: 1 };

function finite(from: number): number {
  return from < NEVER ? from : 0;
}
