import type { CandidateRules, Grant } from './candidate-rules.ts';

/** A permit whose members may come from another relation of the object. */
export interface ComputingPermit extends Grant {
  readonly permit: number;
}

/** A permit whose members may come from objects that a relation of its namespace points at. */
export interface TraversingPermit extends Grant {
  readonly namespace: number;
  readonly permit: number;
  /** The relation that points. */
  readonly relation: number;
}

/** The rules the other way round, as far as they lead to the sets that are asked for. */
export interface WaysToSet {
  /** The permits of the namespace that a membership in the relation may make one a member of, on the same object. */
  computedFrom(namespace: number, relation: number): readonly ComputingPermit[];
  /** The permits that a membership in the relation may make one a member of, on objects that point at this one. */
  traversesTo(relation: number): readonly TraversingPermit[];
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
  const namesakes = new Map<number, number[]>();
  for (const { namespace, permit } of rules.permits) {
    addTo(namesakes, permit, namespace);
    if (mayBeStored(permit)) ways.want(namespace, permit);
  }
  ways.want(asked.namespace, asked.relation);
  for (let next = ways.takeWanted(); next !== undefined; next = ways.takeWanted()) {
    const { namespace, permit } = next;
    for (const rule of rules.rulesOf(namespace, permit)) {
      if (rule.kind === 'computed') {
        ways.addComputed(namespace, rule.relation, { permit, rest: rule.rest });
      } else {
        ways.addTraverse(rule.target, { namespace, permit, relation: rule.relation, rest: rule.rest });
        for (const its of namesakes.get(rule.target) ?? []) ways.want(its, rule.target);
      }
    }
  }
  return ways;
}

class Ways implements WaysToSet {
  readonly #computed = new Map<number, Map<number, ComputingPermit[]>>();
  readonly #traverses = new Map<number, TraversingPermit[]>();
  readonly #seen = new Map<number, Set<number>>();
  readonly #wanted: { readonly namespace: number; readonly permit: number }[] = [];

  computedFrom(namespace: number, relation: number): readonly ComputingPermit[] {
    return this.#computed.get(namespace)?.get(relation) ?? NONE_COMPUTED;
  }

  traversesTo(relation: number): readonly TraversingPermit[] {
    return this.#traverses.get(relation) ?? NONE_TRAVERSED;
  }

  want(namespace: number, permit: number): void {
    let seen = this.#seen.get(namespace);
    if (seen === undefined) {
      seen = new Set();
      this.#seen.set(namespace, seen);
    }
    if (seen.has(permit)) return;
    seen.add(permit);
    this.#wanted.push({ namespace, permit });
  }

  takeWanted(): { readonly namespace: number; readonly permit: number } | undefined {
    return this.#wanted.pop();
  }

  addComputed(namespace: number, relation: number, way: ComputingPermit): void {
    let ofNamespace = this.#computed.get(namespace);
    if (ofNamespace === undefined) {
      ofNamespace = new Map();
      this.#computed.set(namespace, ofNamespace);
    }
    addTo(ofNamespace, relation, way);
    this.want(namespace, relation);
  }

  addTraverse(target: number, way: TraversingPermit): void {
    addTo(this.#traverses, target, way);
  }
}

const NONE_COMPUTED: readonly ComputingPermit[] = [];
const NONE_TRAVERSED: readonly TraversingPermit[] = [];

function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
