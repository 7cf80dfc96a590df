import { NOT_LOADED } from './fact-source.ts';
import { SET } from './formula.ts';
import type { Ground } from './ground.ts';
import { NEVER, type Node } from './nodes.ts';
import { MEMBER, NOT_MEMBER, OUT_OF_DEPTH, paradox, type Verdict } from './verdict.ts';
import { type Leaves, type Weighed, weigh } from './weigh.ts';

/**
 * How many ways are walked to find the depth that refuting a component's sets takes exactly.
 * It is the longest way that meets no set twice, which no fast method finds; when there are
 * more ways, the sum of all hops is taken, which is never too little.
 */
const MAX_WAYS = 2000;

/**
 * Completes the knowledge of sets that lead to each other; what they lead to besides is known.
 * The answer is that of the well-founded model: a set that only reaches itself has no members,
 * and a membership that depends on its own negation is a paradox.
 */
export function settleComponent(members: readonly number[], isCycle: boolean, ground: Ground): void {
  const component = new Component(members, ground);
  component.deduce();
  if (!isCycle) return;
  while (component.refuteUnfounded()) component.deduce();
  component.declareParadoxes();
  component.tighten();
}

class Component {
  readonly #members: readonly number[];
  readonly #inside: ReadonlySet<number>;
  readonly #ground: Ground;
  #ways = 0;

  constructor(members: readonly number[], ground: Ground) {
    this.#members = members;
    this.#inside = new Set(members);
    this.#ground = ground;
  }

  /** Draws every conclusion that follows from what is known, with the smallest budgets. */
  deduce(): void {
    for (let isChanged = true; isChanged; ) {
      isChanged = false;
      for (const index of this.#members) {
        if (
          this.#learn(
            this.#node(index),
            this.#weigh(index, (target) => this.#known(target)),
          )
        )
          isChanged = true;
      }
    }
  }

  /**
   * Finds the open sets that have no members even if every open negation holds: what could
   * make a member of one always needs another of them. Whether there were any.
   */
  refuteUnfounded(): boolean {
    const unfounded = new Set(this.#members.filter((index) => this.#isOpen(index)));
    for (let isChanged = true; isChanged; ) {
      isChanged = false;
      for (const index of unfounded) {
        const { verdict } = this.#weigh(index, (target, isNegated) =>
          unfounded.has(target) && !isNegated ? NO : this.#known(target),
        );
        if (verdict !== NOT_MEMBER && unfounded.delete(index)) isChanged = true;
      }
    }
    const from = this.#bound();
    for (const index of unfounded) this.#learn(this.#node(index), { verdict: NOT_MEMBER, from });
    return unfounded.size > 0;
  }

  /** What is still open depends on its own negation, or on what lies beyond the depth, or on a fault. */
  declareParadoxes(): void {
    const faults = new Map<number, Verdict>();
    for (const index of this.#members) {
      if (this.#isOpen(index)) faults.set(index, paradox(this.#node(index).relation));
    }
    for (let isChanged = true; isChanged; ) {
      isChanged = false;
      for (const [index, fault] of faults) {
        const { verdict } = this.#weigh(index, (target) => {
          const assumed = faults.get(target);
          return assumed === undefined ? this.#known(target) : { verdict: assumed, from: 1 };
        });
        if (verdict >= fault) continue;
        isChanged = true;
        if (verdict < 0) faults.delete(index);
        else faults.set(index, verdict);
      }
    }
    const from = this.#bound();
    for (const [index, verdict] of faults) this.#learn(this.#node(index), { verdict, from });
  }

  /** Lowers the budgets of what is no member to what the longest way takes on which no set is met twice. */
  tighten(): void {
    const isPositive = this.#isPositive();
    for (let isChanged = true; isChanged; ) {
      isChanged = false;
      this.#ways = 0;
      const candidates = this.#members.filter((index) => this.#isCandidate(index, isPositive));
      const exact = candidates.map((index) => this.#exhaust(index, new Set(), isPositive));
      if (this.#ways > MAX_WAYS) return;
      candidates.forEach((index, i) => {
        const { verdict, from } = exact[i] ?? UNKNOWN;
        const node = this.#node(index);
        if (!this.#isOpen(index) && verdict !== node.definite) return;
        if (this.#learn(node, { verdict, from })) isChanged = true;
      });
      this.deduce();
    }
  }

  /** What walking every way from a set gives, when the sets on the way to it are taken to be without members. */
  #exhaust(index: number, way: Set<number>, isPositive: boolean): Weighed {
    const known = this.#known(index);
    if (++this.#ways > MAX_WAYS) return known;
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
    if (!this.#inside.has(index)) return false;
    return this.#isOpen(index) ? isPositive : this.#node(index).definite !== MEMBER;
  }

  /** Whether no set of the component depends on another one's negation. */
  #isPositive(): boolean {
    let isPositive = true;
    for (const index of this.#members) {
      this.#weigh(index, (target, isNegated) => {
        if (isNegated && this.#inside.has(target)) isPositive = false;
        return UNKNOWN;
      });
    }
    return isPositive;
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
        else if (this.#inside.has(formulas.argument(at))) hop = Math.max(hop, need);
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
    const { definite, definiteFrom } = this.#node(target);
    return definiteFrom < NEVER ? { verdict: definite, from: definiteFrom } : UNKNOWN;
  }

  #learn(node: Node, { verdict, from }: Weighed): boolean {
    if (verdict < 0 || from >= node.definiteFrom) return false;
    node.definite = verdict;
    node.definiteFrom = from;
    return true;
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
const UNKNOWN: Weighed = { verdict: -OUT_OF_DEPTH, from: NEVER };

function finite(from: number): number {
  return from < NEVER ? from : 0;
}
