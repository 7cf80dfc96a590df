import { NOT_MEMBER, OUT_OF_DEPTH, type Verdict } from './verdict.ts';

/** A node without an object: the question that was asked. */
export const QUESTION = -1;
/** The formula of a node that has none yet. */
export const UNGROUNDED = -1;
/** A depth that no budget reaches. */
export const NEVER = 0x7fff_ffff;

/** One set of the evaluation, or the question itself, and what is known about the subject's membership in it. */
export interface Node {
  readonly object: number;
  readonly relation: number;
  /** Where its formula stands. */
  formula: number;
  /** Whether facts were missing when the formula was written, so that it must be written again. */
  isPartial: boolean;
  /** Whether the subject is stored in the set: 1, 0, or `NOT_LOADED` when it was not asked or could not be told. */
  stored: number;

  /** The definite verdict, with a budget of `definiteFrom` or more. */
  definite: Verdict;
  definiteFrom: number;
  /** Budgets up to this one do not suffice, whatever else is read. */
  outOfDepthUpTo: number;
  /** An unknown that more facts or a look at a cycle may settle: with this budget or less, in this run. */
  openUpTo: number;
  openRun: number;
  openVerdict: Verdict;
  /** Whether it is being evaluated on the current way. */
  isOnWay: boolean;
}

/** The nodes of one evaluation, by object and relation. */
export class Nodes {
  readonly #nodes: Node[] = [];
  readonly #bySet = new Map<number, number>();

  get size(): number {
    return this.#nodes.length;
  }

  at(index: number): Node {
    return this.#nodes[index] as Node; // indexes are given out by this class alone
  }

  /** The index of the node of a set, a new one when it has none. */
  intern(object: number, relation: number): number {
    const key = object * RELATIONS + relation;
    let index = this.#bySet.get(key);
    if (index === undefined) {
      index = this.add(object, relation);
      this.#bySet.set(key, index);
    }
    return index;
  }

  /** A new node that is not found by its object and relation. */
  add(object: number, relation: number): number {
    return this.#nodes.push(createNode(object, relation)) - 1;
  }
}

/** Invariant: relations have smaller numbers, as an evaluation ends long before it has met so many names. */
const RELATIONS = 2 ** 22;

function createNode(object: number, relation: number): Node {
  return {
    object,
    relation,
    formula: UNGROUNDED,
    isPartial: false,
    stored: -1,
    definite: NOT_MEMBER,
    definiteFrom: NEVER,
    outOfDepthUpTo: 0,
    openUpTo: 0,
    openRun: 0,
    openVerdict: -OUT_OF_DEPTH,
    isOnWay: false,
  };
}
