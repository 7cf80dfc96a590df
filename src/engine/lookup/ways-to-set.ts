import type { CandidateRules, Grant, Permit } from './candidate-rules.ts';

/** A permit whose members may come from another relation of the object. */
export interface ComputingPermit extends Grant {
  readonly permit: number;
}

/** A permit whose members may come from objects that a relation of its namespace points at. */
export interface TraversingPermit extends Grant, Permit {
  /** The relation that points. */
  readonly relation: number;
}

/** The rules the other way round, as far as they lead to the sets that are asked for; undefined when there are none. */
export interface WaysToSet {
  /** The permits of the namespace that a membership in the relation may make one a member of, on the same object. */
  computedFrom(namespace: number, relation: number): readonly ComputingPermit[] | undefined;
  /** The permits that a membership in the relation may make one a member of, on objects that point at this one. */
  traversesTo(relation: number): readonly TraversingPermit[] | undefined;
}

/**
 * Finds the rules that lead to a relation of a namespace, directly or over permits that may be stored as subjects
 * (`mayBeStored`): all others lead nowhere.
 */
export function waysToSet(
  rules: CandidateRules,
  asked: { readonly namespace: number; readonly relation: number },
  mayBeStored: (relation: number) => boolean,
): WaysToSet {
  const ways = new Ways();
  const namesakes: Permit[][] = [];
  for (const permit of rules.permits) {
    namesakes[permit.permit] ??= [];
    namesakes[permit.permit]?.push(permit);
    if (mayBeStored(permit.permit)) ways.want(permit);
  }
  ways.want({ namespace: asked.namespace, permit: asked.relation });
  for (let next = ways.takeWanted(); next !== undefined; next = ways.takeWanted()) {
    const { namespace, permit } = next;
    for (const rule of rules.rulesOf(namespace, permit)) {
      if (rule.kind === 'computed') {
        ways.addComputed(namespace, rule.relation, { permit, rest: rule.rest });
      } else {
        ways.addTraverse(rule.target, { namespace, permit, relation: rule.relation, rest: rule.rest });
        for (const namesake of namesakes[rule.target] ?? []) ways.want(namesake);
      }
    }
  }
  return ways;
}

class Ways implements WaysToSet {
  /** By the numbers of namespace and relation. */
  readonly #computed: ComputingPermit[][][] = [];
  readonly #traverses: TraversingPermit[][] = [];
  readonly #seen: boolean[][] = [];
  readonly #wanted: Permit[] = [];

  computedFrom(namespace: number, relation: number): readonly ComputingPermit[] | undefined {
    return this.#computed[namespace]?.[relation];
  }

  traversesTo(relation: number): readonly TraversingPermit[] | undefined {
    return this.#traverses[relation];
  }

  /** The ways to a permit are wanted. */
  want(permit: Permit): void {
    this.#seen[permit.namespace] ??= [];
    const seen = this.#seen[permit.namespace] as boolean[]; // as of the line before
    if (seen[permit.permit] === true) return;
    seen[permit.permit] = true;
    this.#wanted.push(permit);
  }

  takeWanted(): Permit | undefined {
    return this.#wanted.pop();
  }

  addComputed(namespace: number, relation: number, way: ComputingPermit): void {
    this.#computed[namespace] ??= [];
    const ofNamespace = this.#computed[namespace];
    ofNamespace[relation] ??= [];
    ofNamespace[relation]?.push(way);
    this.want({ namespace, permit: relation });
  }

  addTraverse(target: number, way: TraversingPermit): void {
    this.#traverses[target] ??= [];
    this.#traverses[target]?.push(way);
  }
}
