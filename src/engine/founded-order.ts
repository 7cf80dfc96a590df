import { NOT_LOADED } from './fact-source.ts';
import { findComponents } from './find-components.ts';
import { type Formulas, SET } from './formulas.ts';
import { NEVER, type Node, type Nodes, UNGROUNDED } from './nodes.ts';
import { NO_TARGET, SetEdges } from './set-edges.ts';
import { STRETCH_STEPS } from './stretch-steps.ts';
import { FIRST_FAULT, MEMBER, NOT_MEMBER, type RelationNames, UNLOADED } from './verdict.ts';
import { knowledgeOf, type Leaves, UNKNOWN, weigh } from './weigh.ts';

/**
 * An order in which the yes and no of `root`, and of what it leads to, can be concluded one
 * from the other: what a set's formula needs comes before the set. Sets that are no members
 * because they only lead to each other have the same place. It yields the steps it has taken.
 *
 * An evaluation does not keep the order it concluded in; here it is found again from the
 * results, so that it costs nothing where nobody asks.
 */
export function* foundedOrder(root: number, knowledge: Knowledge): Generator<number, ReadonlyMap<number, number>> {
  const order = new FoundedOrder(knowledge);
  const edges = yield* order.edgesFrom(root);
  const components = yield* findComponents(edges);
  for (let at = 0; at < components.count; at++) {
    const only = components.onlyMember(at);
    if (only !== undefined && order.placeAlone(only)) yield 1;
    else yield* order.place(components.membersOf(at), edges);
  }
  return order.places;
}

/** What an evaluation has left behind, over its source. */
interface Knowledge {
  readonly nodes: Nodes;
  readonly formulas: Formulas;
  readonly source: RelationNames;
}

class FoundedOrder {
  readonly places = new Map<number, number>();
  readonly #nodes: Nodes;
  readonly #formulas: Formulas;
  readonly #names: RelationNames;
  /** What has places. */
  readonly #leaves: Leaves;
  #next = 0;

  constructor({ nodes, formulas, source }: Knowledge) {
    this.#nodes = nodes;
    this.#formulas = formulas;
    this.#names = source;
    this.#leaves = {
      set: (target) => this.#placed(target),
      stored: (target) => lookUp(this.#nodes.at(target)),
      names: source,
    };
  }

  /** Where the formulas of the sets with a yes or no lead, as far as there is a yes or no. */
  *edgesFrom(root: number): Generator<number, SetEdges> {
    const edges = new SetEdges();
    const waiting = [root];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (edges.has(index) || !isSettled(this.#nodes.at(index))) continue;
      edges.begin(index);
      const { formula } = this.#nodes.at(index);
      const end = this.#formulas.argument(formula);
      for (let at = formula; at < end; at++) {
        if ((at - formula) % STRETCH_STEPS === 0) yield Math.min(end - at, STRETCH_STEPS);
        if (this.#formulas.operation(at) !== SET) continue;
        const target = this.#formulas.argument(at);
        if (!isSettled(this.#nodes.at(target))) continue;
        edges.add(target);
        waiting.push(target);
      }
      edges.add(NO_TARGET);
    }
    return edges;
  }

  /** Gives a set its place, if what has places decides it. */
  placeAlone(index: number): boolean {
    if (!this.#isConcluded(this.#nodes.at(index))) return false;
    this.places.set(index, this.#next++);
    return true;
  }

  /** Gives the sets of a component their places; what they lead to besides has its own. */
  *place(component: readonly number[], edges: SetEdges): Generator<number, void> {
    const dependents = new Map(component.map((index): [number, number[]] => [index, []]));
    for (const index of component) {
      for (let at = edges.first(index); edges.target(at) !== NO_TARGET; at++) {
        dependents.get(edges.target(at))?.push(index);
      }
    }
    yield* this.#conclude(component, dependents);
    for (let open = this.#open(component); open.length > 0; open = this.#open(component)) {
      const unfounded = this.#unfounded(open);
      if (unfounded.length === 0) throw new Error('BUG: a membership has no foundation');
      const place = this.#next++;
      for (const index of unfounded) this.places.set(index, place);
      yield unfounded.length;
      yield* this.#conclude(this.#open(component), dependents);
    }
  }

  /** Places every set whose formula is decided by the sets that have places, and again those that depend on it. */
  *#conclude(members: readonly number[], dependents: ReadonlyMap<number, readonly number[]>): Generator<number, void> {
    const waiting = [...members];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (this.places.has(index)) continue;
      yield 1;
      if (!this.#isConcluded(this.#nodes.at(index))) continue;
      this.places.set(index, this.#next++);
      waiting.push(...(dependents.get(index) ?? []));
    }
  }

  #isConcluded({ formula, definite, definiteFrom }: Node): boolean {
    const { verdict, from } = weigh(this.#formulas, formula, this.#leaves);
    // A yes with the depth it was found with; a no on a cycle may be known with less than its parts are.
    return verdict === definite && (verdict === NOT_MEMBER || from <= definiteFrom);
  }

  /** Those without members of which each is refuted as long as all of them are. */
  #unfounded(open: readonly number[]): number[] {
    const unfounded = new Set(open.filter((index) => this.#nodes.at(index).definite === NOT_MEMBER));
    const set: Leaves['set'] = (target, isNegated) =>
      unfounded.has(target) && !isNegated ? { verdict: NOT_MEMBER, from: 1 } : this.#placed(target);
    const stored: Leaves['stored'] = (target) => lookUp(this.#nodes.at(target));
    for (let before = -1; before !== unfounded.size; ) {
      before = unfounded.size;
      for (const index of unfounded) {
        const { verdict } = weigh(this.#formulas, this.#nodes.at(index).formula, { set, stored, names: this.#names });
        if (verdict !== NOT_MEMBER) unfounded.delete(index);
      }
    }
    return [...unfounded];
  }

  #placed(target: number): ReturnType<Leaves['set']> {
    const node = this.#nodes.at(target);
    return this.places.has(target) || node.definite >= FIRST_FAULT ? knowledgeOf(node) : UNKNOWN;
  }

  #open(component: readonly number[]): number[] {
    return component.filter((index) => !this.places.has(index));
  }
}

function isSettled({ formula, definite, definiteFrom }: Node): boolean {
  return formula !== UNGROUNDED && definiteFrom < NEVER && (definite === MEMBER || definite === NOT_MEMBER);
}

function lookUp({ stored }: Node): number {
  return stored === NOT_LOADED ? -UNLOADED : stored;
}
