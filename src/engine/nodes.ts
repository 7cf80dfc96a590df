import { NOT_LOADED } from './fact-source.ts';
import { SetIndex } from './set-index.ts';
import { NOT_MEMBER, type Verdict } from './verdict.ts';

/** A node without an object: the question that was asked. */
export const QUESTION = -1;
/** The formula of a node that has none yet. */
export const UNGROUNDED = -1;
/** A depth that no budget reaches. */
export const NEVER = 0x7fff_ffff;
/** More nodes than these are not kept for the evaluations to come. */
const MAX_KEPT = 8192;
const PAGE_BITS = 8;
const PAGE_NODES = 1 << PAGE_BITS;
/** What a node takes of a page: a power of two that its fields fit into. */
const STRIDE = 16;

/**
 * One set of the evaluation, or the question itself, and what is known about the subject's membership in it.
 *
 * It is a view of integers in a page: a question may lead to a hundred thousand sets, and as many objects that live on
 * would hold up everybody each time the garbage collector copies them.
 */
export class Node {
  readonly #page: Int32Array;
  readonly #start: number;

  /** The fields begin at `start` of the page. */
  constructor(page: Int32Array, start: number) {
    this.#page = page;
    this.#start = start;
  }

  get object(): number {
    return this.#page[this.#start] as number; // all fields lie within the page
  }

  get relation(): number {
    return this.#page[this.#start + 1] as number;
  }

  /** The number that the source has for the set. */
  get set(): number {
    return this.#page[this.#start + 2] as number;
  }

  /** Where its formula stands. */
  get formula(): number {
    return this.#page[this.#start + 3] as number;
  }

  set formula(value: number) {
    this.#page[this.#start + 3] = value;
  }

  /** Whether facts were missing when the formula was written, so that it must be written again. */
  get isPartial(): boolean {
    return this.#page[this.#start + 4] === 1;
  }

  set isPartial(value: boolean) {
    this.#page[this.#start + 4] = value ? 1 : 0;
  }

  /** Whether the subject is stored in the set: 1, 0, or `NOT_LOADED` when it was not asked or could not be told. */
  get stored(): number {
    return this.#page[this.#start + 5] as number;
  }

  set stored(value: number) {
    this.#page[this.#start + 5] = value;
  }

  /** The definite verdict, with a budget of `definiteFrom` or more. */
  get definite(): Verdict {
    return this.#page[this.#start + 6] as number;
  }

  set definite(value: Verdict) {
    this.#page[this.#start + 6] = value;
  }

  get definiteFrom(): number {
    return this.#page[this.#start + 7] as number;
  }

  set definiteFrom(value: number) {
    this.#page[this.#start + 7] = value;
  }

  /** Budgets up to this one do not suffice, whatever else is read. */
  get outOfDepthUpTo(): number {
    return this.#page[this.#start + 9] as number;
  }

  set outOfDepthUpTo(value: number) {
    this.#page[this.#start + 9] = value;
  }

  /** An unknown that more facts or a look at a cycle may settle: with this budget or less, in this run. */
  get openUpTo(): number {
    return this.#page[this.#start + 11] as number;
  }

  set openUpTo(value: number) {
    this.#page[this.#start + 11] = value;
  }

  get openRun(): number {
    return this.#page[this.#start + 10] as number;
  }

  set openRun(value: number) {
    this.#page[this.#start + 10] = value;
  }

  get openVerdict(): Verdict {
    return this.#page[this.#start + 12] as number;
  }

  set openVerdict(value: Verdict) {
    this.#page[this.#start + 12] = value;
  }

  /** Whether it is being evaluated on the current way. */
  get isOnWay(): boolean {
    return this.#page[this.#start + 8] === 1;
  }

  set isOnWay(value: boolean) {
    this.#page[this.#start + 8] = value ? 1 : 0;
  }
}

/** The nodes of one evaluation, by object and relation. They are used again, so that most evaluations allocate none. */
export class Nodes {
  readonly #pages: Int32Array[] = [];
  /** Of the first nodes: those of further ones are made when they are asked for. */
  readonly #views: Node[] = [];
  readonly #index = new SetIndex();
  #size = 0;

  at(index: number): Node {
    return this.#views[index] ?? this.#viewOf(index);
  }

  /** Forgets all nodes. */
  clear(): void {
    this.#size = 0;
    this.#index.clear();
    if (this.#pages.length > MAX_KEPT / PAGE_NODES) this.#pages.length = MAX_KEPT / PAGE_NODES;
  }

  /** The index of the node of a set, or -1 when it has none. */
  find(object: number, relation: number): number {
    return this.#index.find(object, relation);
  }

  /** A new node; with an object it is found by its object and relation from now on. */
  add(object: number, relation: number, set: number): number {
    const index = this.#size++;
    if (index === this.#pages.length * PAGE_NODES) this.#pages.push(new Int32Array(PAGE_NODES * STRIDE));
    if (index === this.#views.length && index < MAX_KEPT) this.#views.push(this.#viewOf(index));
    this.#reset(index, object, relation, set);
    if (object !== QUESTION) this.#index.add(object, relation, index);
    return index;
  }

  #viewOf(index: number): Node {
    const page = this.#pages[index >> PAGE_BITS] as Int32Array; // indexes are given out by this class alone
    return new Node(page, (index & (PAGE_NODES - 1)) * STRIDE);
  }

  #reset(index: number, object: number, relation: number, set: number): void {
    const page = this.#pages[index >> PAGE_BITS] as Int32Array; // it was added if it was missing
    let at = (index & (PAGE_NODES - 1)) * STRIDE;
    page[at++] = object;
    page[at++] = relation;
    page[at++] = set;
    page[at++] = UNGROUNDED;
    page[at++] = 0; // isPartial
    page[at++] = NOT_LOADED;
    page[at++] = NOT_MEMBER;
    page[at++] = NEVER;
    page[at++] = 0; // isOnWay
    page[at++] = 0; // outOfDepthUpTo
    page[at] = 0; // openRun: as long as it is of no run, the other two mean nothing
  }
}
