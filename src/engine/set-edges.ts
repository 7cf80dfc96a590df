import { IntegerPages } from './integer-pages.ts';

/** The end of the targets of a node. */
export const NO_TARGET = -1;

/** A directed graph of nodes with small numbers: each with the nodes that it leads to. It is written node by node. */
export class SetEdges {
  /** The nodes whose targets are written, in the order in which they were. */
  readonly nodes: number[] = [];
  /** Where the targets of a node begin, plus 1. */
  readonly #starts = new IntegerPages();
  readonly #targets: number[] = [];

  has(node: number): boolean {
    return this.#starts.get(node) > 0;
  }

  /** A node that is not there yet. Its targets follow, with `NO_TARGET` behind the last one. */
  begin(node: number): void {
    this.nodes.push(node);
    this.#starts.set(node, this.#targets.length + 1);
  }

  /** A further target of the node that was begun last, or `NO_TARGET`. */
  add(target: number): void {
    this.#targets.push(target);
  }

  /** The place of the first target of a node that is there; the next ones follow up to `NO_TARGET`. */
  first(node: number): number {
    return this.#starts.get(node) - 1;
  }

  target(place: number): number {
    return this.#targets[place] as number; // places come from first
  }

  leadsTo(node: number, target: number): boolean {
    if (!this.has(node)) return false;
    for (let place = this.first(node); this.target(place) !== NO_TARGET; place++) {
      if (this.target(place) === target) return true;
    }
    return false;
  }
}
