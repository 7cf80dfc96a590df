import { SetIndex } from './set-index.ts';
import { NOT_MEMBER, OUT_OF_DEPTH, type Verdict } from './verdict.ts';

/** A node without an object: the question that was asked. */
export const QUESTION = -1;
/** The formula of a node that has none yet. */
export const UNGROUNDED = -1;
/** A depth that no budget reaches. */
export const NEVER = 0x7fff_ffff;
/** More nodes than these are not kept for the evaluations to come. */
const MAX_KEPT = 8192;

/** One set of the evaluation, or the question itself, and what is known about the subject's membership in it. */
export interface Node {
  object: number;
  relation: number;
  /** The number that the source has for the set. */
  set: number;
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

/** The nodes of one evaluation, by object and relation. They are used again, so that most evaluations allocate none. */
export class Nodes {
  readonly #nodes: Node[] = [];
  readonly #index = new SetIndex();
  #size = 0;

  at(index: number): Node {
    return this.#nodes[index] as Node; // indexes are given out by this class alone
  }

  /** Forgets all nodes. */
  clear(): void {
    this.#size = 0;
    this.#index.clear();
    if (this.#nodes.length > MAX_KEPT) this.#nodes.length = MAX_KEPT;
  }

  /** The index of the node of a set, or -1 when it has none. */
  find(object: number, relation: number): number {
    return this.#index.find(object, relation);
  }

  /** A new node; with an object it is found by its object and relation from now on. */
  add(object: number, relation: number, set: number): number {
    const index = this.#size++;
    const node = this.#nodes[index];
    if (node === undefined)
      this.#nodes.push(clearNode({} as Node, object, relation, set)); // it gets all its fields
    else clearNode(node, object, relation, set);
    if (object !== QUESTION) this.#index.add(object, relation, index);
    return index;
  }
}

function clearNode(node: Node, object: number, relation: number, set: number): Node {
  node.object = object;
  node.relation = relation;
  node.set = set;
  node.formula = UNGROUNDED;
  node.isPartial = false;
  node.stored = -1;
  node.definite = NOT_MEMBER;
  node.definiteFrom = NEVER;
  node.outOfDepthUpTo = 0;
  node.openUpTo = 0;
  node.openRun = 0;
  node.openVerdict = -OUT_OF_DEPTH;
  node.isOnWay = false;
  return node;
}
