import { NOT, SET } from './formulas.ts';
import { type Ground, leavesOf } from './ground.ts';
import type { IntegerPages } from './integer-pages.ts';
import { NEVER, type Node } from './nodes.ts';
import { STRETCH_STEPS } from './stretch-steps.ts';
import { firstFault, MEMBER, NOT_MEMBER, paradox } from './verdict.ts';
import { knowledgeOf, type Leaves, learn, UNKNOWN, type Weighed, weigh, weighInStretches } from './weigh.ts';

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
 * walking every way (docs/adr/0017-answers-on-cycles.md). It yields the steps it has taken, each time after
 * some hundreds of which not all may count.
 *
 * `places` is without entries before and after.
 */
export function* settleComponent(
  members: readonly number[],
  places: IntegerPages,
  ground: Ground,
): Generator<number, void> {
  const component = new Component(members, places, ground);
  yield* component.findDependents();
  yield* component.deduce();
  while (yield* component.refuteUnfounded()) yield* component.deduce();
  yield* component.declareParadoxes();
  yield* component.walk();
  for (const index of members) places.set(index, 0);
}

/** The sets of a cycle have places in it, by which tables of it are indexed. */
class Component {
  readonly #members: readonly number[];
  /** By node the place, plus 1; 0 for what is not in the component. */
  readonly #places: IntegerPages;
  readonly #ground: Ground;
  /** By place the first of the sets that depend on one, plus 1; then the place of each, and the next one. */
  readonly #firstDependent: Int32Array;
  readonly #dependents: number[] = [];
  readonly #nextDependent: number[] = [];
  /** Whether no set of the component depends on another one's negation. */
  #isPositive = true;
  /** Steps that were not yielded yet. */
  #untold = 0;
  /** The steps that walking has taken, and whether they do not suffice. */
  #steps = 0;
  #isTooLong = false;
  /** The sets on the way, in the order they were met, each with the number of negations before it; and that of the last one. */
  readonly #way = new Map<number, number>();
  #negations = 0;
  readonly #onTheWay: Leaves;

  constructor(members: readonly number[], places: IntegerPages, ground: Ground) {
    this.#members = members;
    this.#places = places;
    this.#ground = ground;
    this.#firstDependent = new Int32Array(members.length);
    this.#onTheWay = leavesOf(ground, (target, isNegated) =>
      this.#walkTo(target, isNegated ? this.#negations + 1 : this.#negations),
    );
    for (let place = 0; place < members.length; place++) places.set(members[place] as number, place + 1);
  }

  /** Finds out what depends on each set, to be called first. */
  *findDependents(): Generator<number, void> {
    const { formulas } = this.#ground;
    let steps = 0;
    // The last set first, so that those that depend on one come out in the order of the members.
    for (let place = this.#members.length - 1; place >= 0; place--) {
      const start = this.#node(this.#members[place] as number).formula; // a place of the component
      const end = formulas.argument(start);
      let negatedUpTo = start;
      for (let at = start; at < end; at++) {
        if (++steps % STRETCH_STEPS === 0) yield 0;
        const operation = formulas.operation(at);
        if (operation === NOT) negatedUpTo = Math.max(negatedUpTo, formulas.argument(at));
        if (operation === SET) this.#addDependent(formulas.argument(at), place, at < negatedUpTo);
      }
    }
  }

  #addDependent(target: number, dependent: number, isNegated: boolean): void {
    const place = this.#places.get(target) - 1;
    if (place < 0) return;
    if (isNegated) this.#isPositive = false;
    this.#nextDependent.push(this.#firstDependent[place] as number); // a place of the component
    this.#firstDependent[place] = this.#dependents.push(dependent);
  }

  /** Draws every conclusion that follows from what is known, with the smallest budgets. */
  *deduce(): Generator<number, void> {
    yield* this.#untilStill({
      isToBeSeen: () => true,
      set: (target) => this.#known(target),
      take: (place, weighed) => learn(this.#at(place), weighed),
    });
  }

  /**
   * Finds the open sets that have no members even if every open negation holds: what could
   * make a member of one always needs another of them. Whether there were any.
   */
  *refuteUnfounded(): Generator<number, boolean> {
    const isUnfounded = new Uint8Array(this.#members.length);
    for (let place = 0; place < isUnfounded.length; place++) isUnfounded[place] = this.#isOpen(place) ? 1 : 0;
    yield* this.#untilStill({
      isToBeSeen: (place) => isUnfounded[place] === 1,
      set: (target, isNegated) =>
        !isNegated && isUnfounded[this.#places.get(target) - 1] === 1 ? NO : this.#known(target),
      take: (place, { verdict }) => {
        if (verdict === NOT_MEMBER) return false;
        isUnfounded[place] = 0;
        return true;
      },
    });
    if (!isUnfounded.includes(1)) return false;
    const from = yield* this.#bound();
    const no = { verdict: NOT_MEMBER, from };
    for (let place = 0; place < isUnfounded.length; place++) {
      if (isUnfounded[place] === 1) learn(this.#at(place), no);
    }
    yield 0;
    return true;
  }

  /** What is still open depends on its own negation, or on what lies beyond the depth, or on a fault. */
  *declareParadoxes(): Generator<number, void> {
    // 0, which is no fault, where there is none.
    const faults = new Int32Array(this.#members.length);
    let hasFault = false;
    for (let place = 0; place < faults.length; place++) {
      if (!this.#isOpen(place)) continue;
      faults[place] = paradox(this.#at(place).relation);
      hasFault = true;
    }
    if (!hasFault) return;
    yield* this.#untilStill({
      isToBeSeen: (place) => faults[place] !== 0,
      set: (target) => {
        const assumed = faults[this.#places.get(target) - 1] ?? 0;
        return assumed === 0 ? this.#known(target) : { verdict: assumed, from: 1 };
      },
      take: (place, { verdict }) => {
        const fault = faults[place] as number; // a place of the component
        faults[place] = verdict < 0 ? 0 : firstFault(fault, verdict, this.#ground.names);
        return faults[place] !== fault;
      },
    });
    const from = yield* this.#bound();
    for (let place = 0; place < faults.length; place++) {
      const verdict = faults[place] as number; // below the length
      if (verdict !== 0) learn(this.#at(place), { verdict, from });
    }
    yield 0;
  }

  /** Gives every set what walking every way from it gives, if that does not take too long. */
  *walk(): Generator<number, void> {
    const walked = new Map<number, Weighed>();
    for (const index of this.#members) {
      if (!this.#isWalked(index)) continue;
      const before = this.#steps;
      walked.set(index, this.#walkFrom(index, 0));
      if (this.#steps > before) yield Math.min(this.#steps, MAX_WALKING_STEPS) - before;
      if (this.#isTooLong) return;
    }
    for (const [index, { verdict, from }] of walked) {
      if (verdict < 0) continue;
      const node = this.#node(index);
      node.definite = verdict;
      node.definiteFrom = from;
    }
  }

  /** Looks at every set, and again at those that depend on one that this has changed. */
  *#untilStill({ isToBeSeen, set, take }: Conclusion): Generator<number, void> {
    const { formulas } = this.#ground;
    const leaves = leavesOf(this.#ground, set);
    const waiting = new Int32Array(this.#members.length);
    for (let place = 0; place < waiting.length; place++) waiting[place] = place;
    const isWaiting = new Uint8Array(waiting.length).fill(1);
    // A ring: no set waits twice.
    let count = waiting.length;
    for (let next = 0; count > 0; next = (next + 1) % waiting.length) {
      const place = waiting[next] as number; // below the length
      isWaiting[place] = 0;
      count--;
      if (!isToBeSeen(place)) continue;
      const { formula } = this.#at(place);
      const length = formulas.argument(formula) - formula;
      const isLong = length > STRETCH_STEPS;
      if (!isLong) this.#untold += length;
      if (this.#untold >= STRETCH_STEPS) yield this.#takeSteps();
      const weighed = isLong ? yield* weighInStretches(formulas, formula, leaves) : weigh(formulas, formula, leaves);
      if (!take(place, weighed)) continue;
      for (let at = this.#firstDependent[place] as number; at > 0; at = this.#nextDependent[at - 1] as number) {
        const dependent = this.#dependents[at - 1] as number; // given out by addDependent
        if (isWaiting[dependent] === 1) continue;
        isWaiting[dependent] = 1;
        waiting[(next + 1 + count++) % waiting.length] = dependent;
      }
    }
  }

  #walkFrom(index: number, negations: number): Weighed {
    const length = this.#lengthOf(index);
    if (this.#way.size === MAX_WAY_SETS || this.#steps + length > MAX_WALKING_STEPS) this.#isTooLong = true;
    if (this.#isTooLong) return UNKNOWN;
    this.#steps += length;
    const before = this.#negations;
    this.#negations = negations;
    this.#way.set(index, negations);
    const walked = weigh(this.#ground.formulas, this.#node(index).formula, this.#onTheWay);
    this.#way.delete(index);
    this.#negations = before;
    return walked;
  }

  #walkTo(target: number, negations: number): Weighed {
    const before = this.#way.get(target);
    if (before !== undefined) return before < negations ? this.#paradoxOf(target) : NO;
    return this.#isWalked(target) ? this.#walkFrom(target, negations) : this.#known(target);
  }

  /** Without a negation no way to a member leads over a set that is on the way to it, so nothing is to be found out about it. */
  #isWalked(index: number): boolean {
    return this.#isMember(index) && !(this.#isPositive && this.#node(index).definite === MEMBER);
  }

  /** What a set is worth that is met again with a negation between: a paradox, and so is every set of the round. */
  #paradoxOf(target: number): Weighed {
    let verdict = paradox(this.#node(target).relation);
    let isInRound = false;
    for (const index of this.#way.keys()) {
      isInRound ||= index === target;
      if (isInRound) verdict = firstFault(verdict, paradox(this.#node(index).relation), this.#ground.names);
    }
    return { verdict, from: 1 };
  }

  /** A budget that suffices for every way within the component. */
  *#bound(): Generator<number, number> {
    const { formulas } = this.#ground;
    let steps = 0;
    let hops = 0;
    let exit = 1;
    for (const index of this.#members) {
      let hop = 0;
      const start = this.#node(index).formula;
      const end = formulas.argument(start);
      for (let at = start; at < end; at++) {
        if (++steps % STRETCH_STEPS === 0) yield 0;
        const need = formulas.need(at);
        if (formulas.operation(at) !== SET) exit = Math.max(exit, need);
        else if (this.#isMember(formulas.argument(at))) hop = Math.max(hop, need);
        else exit = Math.max(exit, need + finite(this.#node(formulas.argument(at)).definiteFrom));
      }
      hops += hop;
    }
    return hops + exit;
  }

  #takeSteps(): number {
    const steps = this.#untold;
    this.#untold = 0;
    return steps;
  }

  #isMember(index: number): boolean {
    return this.#places.get(index) > 0;
  }

  #known(target: number): Weighed {
    return knowledgeOf(this.#node(target));
  }

  #lengthOf(index: number): number {
    const { formula } = this.#node(index);
    return this.#ground.formulas.argument(formula) - formula;
  }

  #isOpen(place: number): boolean {
    return this.#at(place).definiteFrom === NEVER;
  }

  #at(place: number): Node {
    return this.#node(this.#members[place] as number); // a place of the component
  }

  #node(index: number): Node {
    return this.#ground.nodes.at(index);
  }
}

/** What is to be concluded about the sets of a component, by their places. */
interface Conclusion {
  isToBeSeen(place: number): boolean;
  /** What a set is worth, by its node, that a formula leads to. */
  readonly set: Leaves['set'];
  /** Whether what depends on the set is to be looked at again. */
  take(place: number, weighed: Weighed): boolean;
}

/** A set on the way to itself adds nothing; reaching it takes a level all the same. */
const NO: Weighed = { verdict: NOT_MEMBER, from: 1 };

function finite(from: number): number {
  return from < NEVER ? from : 0;
}
