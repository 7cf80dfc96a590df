/**
 * The strongly connected components of a directed graph, each before the components that
 * lead to it (Tarjan 1972, without recursion). It yields the steps it has taken.
 */
export function* findComponents(edges: ReadonlyMap<number, readonly number[]>): Generator<number, number[][]> {
  const search = new ComponentSearch(edges);
  for (const node of edges.keys()) yield* search.visit(node);
  return search.components;
}

class ComponentSearch {
  readonly components: number[][] = [];
  readonly #edges: ReadonlyMap<number, readonly number[]>;
  readonly #order = new Map<number, number>();
  /** The earliest node that is reached and not yet part of a component. */
  readonly #low = new Map<number, number>();
  readonly #open: number[] = [];
  readonly #isOpen = new Set<number>();

  constructor(edges: ReadonlyMap<number, readonly number[]>) {
    this.#edges = edges;
  }

  *visit(root: number): Generator<number, void> {
    if (this.#order.has(root)) return;
    const way = [{ node: root, next: 0 }];
    this.#discover(root);
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      yield 1;
      const target = this.#edges.get(top.node)?.[top.next];
      if (target === undefined) {
        way.pop();
        this.#complete(top.node);
        const below = way.at(-1);
        if (below !== undefined) this.#lower(below.node, this.#lowOf(top.node));
        continue;
      }
      top.next++;
      if (!this.#order.has(target)) {
        this.#discover(target);
        way.push({ node: target, next: 0 });
      } else if (this.#isOpen.has(target)) {
        this.#lower(top.node, this.#order.get(target) as number); // it has an order, as just seen
      }
    }
  }

  #discover(node: number): void {
    const order = this.#order.size;
    this.#order.set(node, order);
    this.#low.set(node, order);
    this.#open.push(node);
    this.#isOpen.add(node);
  }

  #lower(node: number, low: number): void {
    if (low < this.#lowOf(node)) this.#low.set(node, low);
  }

  #lowOf(node: number): number {
    return this.#low.get(node) as number; // set when the node was discovered
  }

  /** When nothing earlier is reached from a node, what is open since it is a component. */
  #complete(node: number): void {
    if (this.#lowOf(node) !== this.#order.get(node)) return;
    const component = this.#open.splice(this.#open.lastIndexOf(node));
    for (const member of component) this.#isOpen.delete(member);
    this.components.push(component);
  }
}
