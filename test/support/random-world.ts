import fc from 'fast-check';
import { Model } from '../../src/namespace/model.ts';
import type {
  Namespace,
  Relation,
  RelationType,
  RewriteChild,
  SubjectSetRewrite,
} from '../../src/namespace/namespace.ts';
import type { RelationTuple, Subject, SubjectSet } from '../../src/tuple/relation-tuple.ts';

/** A model, what is stored under it, and what is asked. */
export interface RandomWorld {
  readonly namespaces: readonly Namespace[];
  readonly model: Model;
  readonly tuples: readonly RelationTuple[];
  readonly questions: readonly RelationTuple[];
  readonly strict: boolean;
}

/**
 * Small worlds in which everything meets everything: few names, so that sets point at each
 * other, cycles close, permits are stored under, and negations lie on the way.
 */
export const randomWorld: fc.Arbitrary<RandomWorld> = fc.gen().map((gen) => new WorldMaker(gen).make());

const OBJECTS = ['a', 'b'];
const IDS = ['ann', 'bob'];
const RELATIONS = ['r', 's', 't'];
const PERMITS = ['p', 'q', 'x', 'y'];
const UNDECLARED = 'zz';

class WorldMaker {
  readonly #gen: fc.GeneratorValue;

  constructor(gen: fc.GeneratorValue) {
    this.#gen = gen;
  }

  make(): RandomWorld {
    const namespaces = this.#namespaces();
    const tuples = Array.from({ length: 4 + this.#upTo(24) }, () => this.#tuple(namespaces));
    return {
      namespaces,
      model: new Model('opl', namespaces),
      tuples,
      questions: Array.from({ length: 1 + this.#upTo(7) }, () => this.#tuple(namespaces)),
      strict: this.#oneIn(3),
    };
  }

  #namespaces(): Namespace[] {
    const names = ['N', 'M', 'K'].slice(0, 1 + this.#upTo(2));
    const skeletons = names.map((name) => ({
      name,
      relations: RELATIONS.slice(0, 1 + this.#upTo(RELATIONS.length - 1)),
      permits: PERMITS.slice(0, this.#upTo(PERMITS.length)),
    }));
    const user: Namespace = { name: 'User', relations: [] };
    const withRelations = skeletons.map((skeleton) => ({
      skeleton,
      relations: skeleton.relations.map((name): Relation => ({ name, types: this.#types(skeletons) })),
    }));
    const made = withRelations.map(
      ({ skeleton, relations }): Namespace => ({
        name: skeleton.name,
        relations: [
          ...relations,
          ...skeleton.permits.map(
            (name): Relation => ({
              name,
              types: [],
              rewrite: this.#group(relations, [...skeleton.relations, ...skeleton.permits], skeletons, 0),
            }),
          ),
        ],
      }),
    );
    return [user, ...withoutNegatedCycles(made)];
  }

  #types(skeletons: readonly Skeleton[]): RelationType[] {
    return Array.from({ length: 1 + this.#upTo(2) }, () => {
      const target = this.#pick([...skeletons, { name: 'User', relations: [], permits: [] }]);
      const relation = this.#pick(['', ...target.relations, ...target.permits]);
      return { namespace: target.name, relation };
    });
  }

  #group(
    relations: readonly Relation[],
    names: readonly string[],
    skeletons: readonly Skeleton[],
    depth: number,
  ): SubjectSetRewrite {
    return {
      kind: this.#oneIn(2) ? 'union' : 'intersection',
      children: Array.from({ length: 1 + this.#upTo(2) }, () => this.#child(relations, names, skeletons, depth)),
    };
  }

  #child(
    relations: readonly Relation[],
    names: readonly string[],
    skeletons: readonly Skeleton[],
    depth: number,
  ): RewriteChild {
    const kind = this.#upTo(depth > 2 ? 3 : 7);
    if (kind <= 2) return { kind: 'computed', relation: this.#pick(names) };
    if (kind === 3 || kind === 4) return this.#traverse(relations, skeletons);
    if (kind === 5) return this.#group(relations, names, skeletons, depth + 1);
    return { kind: 'invert', child: this.#child(relations, names, skeletons, depth + 1) };
  }

  /** Leads to a name that one of the declared types has; hops to the others then meet an undeclared relation. */
  #traverse(relations: readonly Relation[], skeletons: readonly Skeleton[]): RewriteChild {
    const { name: relation, types } = this.#pick(relations);
    const target = skeletons.find(({ name }) => name === this.#pick(types).namespace);
    const computedRelation = target === undefined ? 'r' : this.#pick([...target.relations, ...target.permits]);
    return { kind: 'traverse', relation, computedRelation };
  }

  #tuple(namespaces: readonly Namespace[]): RelationTuple {
    return { ...this.#set(namespaces, false), subject: this.#subject(namespaces) };
  }

  #subject(namespaces: readonly Namespace[]): Subject {
    if (this.#oneIn(2)) return { kind: 'id', id: this.#pick(IDS) };
    return { kind: 'set', ...this.#set(namespaces, true) };
  }

  #set(namespaces: readonly Namespace[], mayBeObject: boolean): SubjectSet {
    const namespace = this.#pick(namespaces);
    const declared = namespace.relations.map(({ name }) => name);
    const relation = this.#oneIn(12)
      ? UNDECLARED
      : this.#pick(mayBeObject || declared.length === 0 ? ['', ...declared] : declared);
    return { namespace: namespace.name, object: this.#pick(OBJECTS), relation };
  }

  #upTo(max: number): number {
    return this.#gen(fc.integer, { min: 0, max });
  }

  #oneIn(count: number): boolean {
    return this.#upTo(count - 1) === count - 1;
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#upTo(from.length - 1)] as T; // never empty
  }
}

interface Skeleton {
  readonly name: string;
  readonly relations: readonly string[];
  readonly permits: readonly string[];
}

/** A model in which permits form a cycle through a negation does not load: here the negations on such a cycle are dropped. */
function withoutNegatedCycles(namespaces: readonly Namespace[]): Namespace[] {
  const edges = namespaces.flatMap((namespace) =>
    namespace.relations.flatMap(({ name, rewrite }) =>
      rewrite === undefined ? [] : permitEdges(namespaces, namespace, `${namespace.name}#${name}`, rewrite, false),
    ),
  );
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    from === to ||
    edges.some((edge) => edge.from === from && !seen.has(edge.to) && reaches(edge.to, to, seen.add(edge.to)));
  const hasNegatedCycle = edges.some(({ negated, from, to }) => negated && reaches(to, from));
  if (!hasNegatedCycle) return [...namespaces];
  return namespaces.map((namespace) => ({
    ...namespace,
    relations: namespace.relations.map((relation) =>
      relation.rewrite === undefined ? relation : { ...relation, rewrite: positiveGroup(relation.rewrite) },
    ),
  }));
}

interface PermitEdge {
  readonly from: string;
  readonly to: string;
  readonly negated: boolean;
}

function permitEdges(
  namespaces: readonly Namespace[],
  namespace: Namespace,
  from: string,
  child: RewriteChild,
  negated: boolean,
): PermitEdge[] {
  const to = (target: string, relation: string): PermitEdge[] => {
    const found = namespaces.find(({ name }) => name === target)?.relations.find(({ name }) => name === relation);
    return found?.rewrite === undefined ? [] : [{ from, to: `${target}#${relation}`, negated }];
  };
  switch (child.kind) {
    case 'computed':
      return to(namespace.name, child.relation);
    case 'traverse': {
      const types = namespace.relations.find(({ name }) => name === child.relation)?.types ?? [];
      return types.flatMap((type) => to(type.namespace, child.computedRelation));
    }
    case 'invert':
      return permitEdges(namespaces, namespace, from, child.child, true);
    case 'union':
    case 'intersection':
      return child.children.flatMap((part) => permitEdges(namespaces, namespace, from, part, negated));
  }
}

function positiveGroup({ kind, children }: SubjectSetRewrite): SubjectSetRewrite {
  return { kind, children: children.map(positive) };
}

function positive(child: RewriteChild): RewriteChild {
  if (child.kind === 'invert') return positive(child.child);
  return 'children' in child ? positiveGroup(child) : child;
}
