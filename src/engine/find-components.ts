import { IntegerPages } from './integer-pages.ts';
import { NO_TARGET, type SetEdges } from './set-edges.ts';
import { STRETCH_STEPS } from './stretch-steps.ts';

/** The strongly connected components of a graph, one after the other. */
export class Components {
  readonly #members: number[] = [];
  readonly #ends: number[] = [];

  get count(): number {
    return this.#ends.length;
  }

  membersOf(component: number): readonly number[] {
    return this.#members.slice(this.#ends[component - 1] ?? 0, this.#ends[component]);
  }

  /** Of a component with one member only. */
  onlyMember(component: number): number | undefined {
    const start = this.#ends[component - 1] ?? 0;
    return this.#ends[component] === start + 1 ? this.#members[start] : undefined;
  }

  /** Takes the nodes from a place of `open` on. */
  take(open: number[], start: number): void {
    for (let at = start; at < open.length; at++) this.#members.push(open[at] as number); // below the length
    open.length = start;
    this.#ends.push(this.#members.length);
  }
}

/**
 * The strongly connected components of a directed graph, each before the components that
 * lead to it (Tarjan 1972, without recursion). It yields the steps it has taken.
 */
export function* findComponents(edges: SetEdges): Generator<number, Components> {
  const search = new ComponentSearch(edges);
  for (const node of edges.nodes) if (!search.isReached(node)) yield* search.visit(node);
  yield search.takeSteps();
  return search.components;
}

class ComponentSearch {
  readonly components: Components = new Components();
  readonly #edges: SetEdges;
  /** From 1 on; 0 is a node that was not reached yet. */
  readonly #order = new IntegerPages();
  /** The earliest node that is reached and not yet part of a component. */
  readonly #low = new IntegerPages();
  #reached = 0;
  /** The nodes that are not yet part of a component, and where each stands, plus 1. */
  readonly #open: number[] = [];
  readonly #places = new IntegerPages();
  #steps = 0;

  constructor(edges: SetEdges) {
    this.#edges = edges;
  }

  isReached(node: number): boolean {
    return this.#order.get(node) > 0;
  }

  /** Finds the components of what is reached from a node that was not reached yet. */
  *visit(root: number): Generator<number, void> {
    const way = [root];
    const next = [this.#discover(root)];
    while (way.length > 0) {
      if (++this.#steps === STRETCH_STEPS) yield this.takeSteps();
      const top = way.length - 1;
      const node = way[top] as number; // the last one
      const place = next[top] as number; // one for each on the way
      const target = place < 0 ? NO_TARGET : this.#edges.target(place);
      if (target === NO_TARGET) {
        way.pop();
        next.pop();
        this.#complete(node);
        const below = way.at(-1);
        if (below !== undefined) this.#lower(below, this.#low.get(node));
        continue;
      }
      next[top] = place + 1;
      if (!this.isReached(target)) {
        way.push(target);
        next.push(this.#discover(target));
      } else if (this.#places.get(target) > 0) {
        this.#lower(node, this.#order.get(target));
      }
    }
  }

  takeSteps(): number {
    const steps = this.#steps;
    this.#steps = 0;
    return steps;
  }

  /** Answers the place of its first target, below 0 without any. */
  #discover(node: number): number {
    const order = ++this.#reached;
    this.#order.set(node, order);
    this.#low.set(node, order);
    this.#places.set(node, this.#open.push(node));
    return this.#edges.first(node);
  }

  #lower(node: number, low: number): void {
    if (low < this.#low.get(node)) this.#low.set(node, low);
  }

  /** When nothing earlier is reached from a node, what is open since it is a component. */
  #complete(node: number): void {
    if (this.#low.get(node) !== this.#order.get(node)) return;
    const start = this.#places.get(node) - 1;
    for (let at = start; at < this.#open.length; at++) this.#places.set(this.#open[at] as number, 0); // below the length
    this.components.take(this.#open, start);
  }
}
