import type { Edges } from './edges.ts';
import type { Entities } from './entities.ts';
import { NONE } from './none.ts';
import type { Vertices } from './vertices.ts';

/** Finds the tuples of a namespace that is forgotten over several turns. */
export class NamespaceSweep {
  readonly #entities: Entities;
  readonly #vertices: Vertices;
  readonly #edges: Edges;
  #namespace = NONE;
  #at = 0;

  constructor(parts: { entities: Entities; vertices: Vertices; edges: Edges }) {
    this.#entities = parts.entities;
    this.#vertices = parts.vertices;
    this.#edges = parts.edges;
  }

  /**
   * Looks a little further: the edge of a tuple of the namespace, or `NONE` when none was met yet. Whoever asks again has
   * removed the edge, and stops when the namespace has none left.
   */
  next(namespace: number): number {
    if (this.#namespace !== namespace || this.#at >= this.#vertices.end) {
      this.#namespace = namespace;
      this.#at = 0;
    }
    const vertex = this.#at;
    if (this.#vertices.isUsed(vertex) && this.#entities.namespaceOf(this.#vertices.entityOf(vertex)) === namespace) {
      const edge = this.#edges.members.first(vertex);
      if (edge !== NONE) return edge;
    }
    this.#at++;
    return NONE;
  }
}
