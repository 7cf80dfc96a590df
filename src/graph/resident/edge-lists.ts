import type { EdgeRecords } from './edge-records.ts';
import { NONE } from './none.ts';
import { Records, type RecordsImage } from './records.ts';

/**
 * For each vertex the list of its edges on one side: the members of a set, or the memberships
 * of a subject. Doubly linked through two fields of the edges, so that any edge leaves at once,
 * however long the list is.
 *
 * Most vertices have one edge only, in which case the vertex names it. Two and more have a list
 * record with both ends and the counts; edges added in front stand before all others.
 */
export class EdgeLists {
  readonly #edges: EdgeRecords;
  readonly #previous: number;
  readonly #next: number;
  readonly #vertices: Records;
  /** The field of a vertex: `NONE`, its only edge, or `listLink` of a list. */
  readonly #head: number;
  readonly #isInFront: (edge: number) => boolean;
  readonly #lists: Records;

  /**
   * @param parts.previous @param parts.next the fields of the edges that link them
   * @param parts.head the field of the vertices that leads to their edges
   * @param parts.isInFront whether an edge stands in front, for as long as it is in a list
   */
  constructor(parts: {
    edges: EdgeRecords;
    previous: number;
    next: number;
    vertices: Records;
    head: number;
    isInFront: (edge: number) => boolean;
    image?: RecordsImage | undefined;
  }) {
    this.#edges = parts.edges;
    this.#previous = parts.previous;
    this.#next = parts.next;
    this.#vertices = parts.vertices;
    this.#head = parts.head;
    this.#isInFront = parts.isInFront;
    this.#lists = new Records(WIDTH, parts.image);
  }

  /** What it holds beside edges and vertices, for another thread; it is not to be used any more. */
  image(): RecordsImage {
    return this.#lists.image();
  }

  get byteSize(): number {
    return this.#lists.byteSize;
  }

  get usedByteSize(): number {
    return this.#lists.usedByteSize;
  }

  /** The only edge of a vertex; `NONE` when it has none or several. */
  only(vertex: number): number {
    const head = this.#vertices.get(vertex, this.#head);
    return head >= 0 ? head : NONE;
  }

  hasSeveral(vertex: number): boolean {
    return this.#vertices.get(vertex, this.#head) < NONE;
  }

  count(vertex: number): number {
    const head = this.#vertices.get(vertex, this.#head);
    if (head >= NONE) return head === NONE ? 0 : 1;
    return this.#lists.get(listLink(head), COUNT);
  }

  countInFront(vertex: number): number {
    const head = this.#vertices.get(vertex, this.#head);
    if (head >= NONE) return head !== NONE && this.#isInFront(head) ? 1 : 0;
    return this.#lists.get(listLink(head), IN_FRONT);
  }

  first(vertex: number): number {
    const head = this.#vertices.get(vertex, this.#head);
    return head >= NONE ? head : this.#lists.get(listLink(head), FIRST);
  }

  after(edge: number): number {
    return this.#edges.get(edge, this.#next);
  }

  add(vertex: number, edge: number): void {
    const head = this.#vertices.get(vertex, this.#head);
    if (head === NONE) {
      this.#link(NONE, edge);
      this.#link(edge, NONE);
      this.#vertices.set(vertex, this.#head, edge);
    } else {
      this.#addToList(head >= 0 ? this.#extend(vertex, head) : listLink(head), edge);
    }
  }

  remove(vertex: number, edge: number): void {
    const head = this.#vertices.get(vertex, this.#head);
    if (head >= 0) this.#vertices.set(vertex, this.#head, NONE);
    else this.#removeFromList(vertex, listLink(head), edge);
  }

  /** Puts an edge in the place of another. */
  replace(vertex: number, edge: number, by: number): void {
    const head = this.#vertices.get(vertex, this.#head);
    const previous = this.#edges.get(edge, this.#previous);
    const next = this.after(edge);
    this.#link(previous, by);
    this.#link(by, next);
    if (head >= 0) {
      this.#vertices.set(vertex, this.#head, by);
    } else {
      if (previous === NONE) this.#lists.set(listLink(head), FIRST, by);
      if (next === NONE) this.#lists.set(listLink(head), LAST, by);
    }
  }

  /** Makes a list of the only edge of a vertex. */
  #extend(vertex: number, edge: number): number {
    const list = this.#lists.allocate();
    this.#lists.set(list, FIRST, edge);
    this.#lists.set(list, LAST, edge);
    this.#lists.set(list, COUNT, 1);
    this.#lists.set(list, IN_FRONT, this.#isInFront(edge) ? 1 : 0);
    this.#vertices.set(vertex, this.#head, listLink(list));
    return list;
  }

  #addToList(list: number, edge: number): void {
    if (this.#isInFront(edge)) {
      this.#link(edge, this.#lists.get(list, FIRST));
      this.#link(NONE, edge);
      this.#lists.set(list, FIRST, edge);
      this.#lists.set(list, IN_FRONT, this.#lists.get(list, IN_FRONT) + 1);
    } else {
      this.#link(this.#lists.get(list, LAST), edge);
      this.#link(edge, NONE);
      this.#lists.set(list, LAST, edge);
    }
    this.#lists.set(list, COUNT, this.#lists.get(list, COUNT) + 1);
  }

  #removeFromList(vertex: number, list: number, edge: number): void {
    const previous = this.#edges.get(edge, this.#previous);
    const next = this.after(edge);
    if (previous === NONE) this.#lists.set(list, FIRST, next);
    if (next === NONE) this.#lists.set(list, LAST, previous);
    this.#link(previous, next);
    const left = this.#lists.get(list, COUNT) - 1;
    this.#lists.set(list, COUNT, left);
    if (this.#isInFront(edge)) this.#lists.set(list, IN_FRONT, this.#lists.get(list, IN_FRONT) - 1);
    if (left > 1) return;
    this.#vertices.set(vertex, this.#head, this.#lists.get(list, FIRST));
    this.#lists.release(list);
  }

  /** Makes two edges neighbours; `NONE` stands for the outside. */
  #link(previous: number, next: number): void {
    if (previous !== NONE) this.#edges.set(previous, this.#next, next);
    if (next !== NONE) this.#edges.set(next, this.#previous, previous);
  }
}

/** The fields of a list; the first is never negative. */
const FIRST = 0;
const LAST = 1;
const COUNT = 2;
const IN_FRONT = 3;
const WIDTH = 4;

/** Lists are named by numbers below `NONE`, so that they are told from edges; it is its own inverse. */
function listLink(listOrLink: number): number {
  return -2 - listOrLink;
}
