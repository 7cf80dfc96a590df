import type { ExplanationStep } from '../../client/explain.ts';
import type { Model } from '../../namespace/model.ts';

/** A relation or permit of a model, and whether tests depended on somebody being in it, and on nobody being. */
export interface Covered {
  readonly namespace: string;
  readonly relation: string;
  readonly kind: 'relation' | 'permit';
  readonly granted: boolean;
  readonly denied: boolean;
}

/**
 * Which relations and permits the answers of tests depended on: those in the explanations of checks, and those that
 * lists were asked of. What was looked at without deciding anything does not count.
 */
export class Coverage {
  readonly #granted = new Set<string>();
  readonly #denied = new Set<string>();

  /** Somebody is in the relation. */
  granted(namespace: string, relation: string): void {
    this.#granted.add(keyOf(namespace, relation));
  }

  /** A check was explained. As deep as the explanation, which is bounded. */
  explained({ membership, set, tuple, children }: ExplanationStep): void {
    const seen = membership === 'member' ? this.#granted : membership === 'not-member' ? this.#denied : undefined;
    if (set !== undefined) seen?.add(keyOf(set.namespace, set.relation));
    if (tuple !== undefined) seen?.add(keyOf(tuple.namespace, tuple.relation));
    for (const child of children) this.explained(child);
  }

  /** All that the model declares, in its order. */
  of(model: Model): Covered[] {
    return model.list().flatMap(({ name: namespace, relations }) =>
      relations.map(({ name: relation, rewrite }) => ({
        namespace,
        relation,
        kind: rewrite === undefined ? 'relation' : 'permit',
        granted: this.#granted.has(keyOf(namespace, relation)),
        denied: this.#denied.has(keyOf(namespace, relation)),
      })),
    );
  }
}

/** Declared names are no texts with NUL. */
function keyOf(namespace: string, relation: string): string {
  return `${namespace}\0${relation}`;
}
