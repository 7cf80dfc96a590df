import type { ClassDeclaration, MemberDeclaration, Reference } from './declaration.ts';
import { DeclarationIndex } from './declaration-index.ts';
import type { Place } from './place.ts';

/** A permit leads to another permit that its body names. */
export interface Edge {
  readonly target: PermitNode;
  /** Where the body names it. */
  readonly place: Place;
  /** Whether that is below a `!`, however many. */
  readonly isNegated: boolean;
  /** Whether it is the permit of another object: the one a traverse leads to. */
  readonly isTraverse: boolean;
}

/**
 * A permit, or what the traverses of a class lead to: one node that all of them share, so
 * that many traverses of a relation with many types do not take time for each pair.
 */
export interface PermitNode {
  /** `Class.permit`; undefined for the targets of a traverse. */
  readonly name: string | undefined;
  readonly place: Place;
  readonly edges: Edge[];
}

/** Which permits lead to which. Relations lead nowhere: what only tuples can close is no cycle. */
export class PermitGraph {
  readonly #index: DeclarationIndex;
  readonly #permits = new Map<MemberDeclaration, PermitNode>();
  readonly #traversals = new Map<MemberDeclaration, Map<string, PermitNode>>();

  /** The classes have no type errors. Of classes of one name the last counts, as in the model. */
  constructor(classes: readonly ClassDeclaration[]) {
    this.#index = new DeclarationIndex(classes, 'last');
    for (const { className, member } of this.#index.members()) {
      if (member.relation.rewrite === undefined) continue;
      this.#permits.set(member, { name: `${className}.${member.relation.name}`, place: member.place, edges: [] });
    }
    for (const { className, member } of this.#index.members()) {
      const node = this.#permits.get(member);
      if (node !== undefined) this.#connect(className, node, member.references);
    }
  }

  /** All nodes, the permits first, in source order. */
  nodes(): PermitNode[] {
    return [...this.#permits.values(), ...[...this.#traversals.values()].flatMap((nodes) => [...nodes.values()])];
  }

  #connect(className: string, node: PermitNode, references: readonly Reference[]): void {
    for (const reference of references) {
      if (reference.kind === 'type') continue;
      const { place, negated: isNegated, kind } = reference;
      const member = this.#index.member(className, reference.relation);
      if (member === undefined) continue;
      const target =
        kind === 'computed' ? this.#permits.get(member) : this.#traversal(member, reference.computedRelation);
      if (target !== undefined) node.edges.push({ target, place, isNegated, isTraverse: kind === 'traverse' });
    }
  }

  /** Leads to the permit of every declared type's namespace (a permit that is traversed has no types). */
  #traversal(traversed: MemberDeclaration, computedRelation: string): PermitNode {
    const ofMember = this.#traversals.get(traversed) ?? new Map<string, PermitNode>();
    this.#traversals.set(traversed, ofMember);
    const known = ofMember.get(computedRelation);
    if (known !== undefined) return known;
    const { place } = traversed;
    const edges: Edge[] = [];
    for (const namespace of this.#index.namespacesOf(traversed)) {
      const member = this.#index.member(namespace, computedRelation);
      const target = member && this.#permits.get(member);
      if (target !== undefined) edges.push({ target, place, isNegated: false, isTraverse: true });
    }
    const node = { name: undefined, place, edges };
    ofMember.set(computedRelation, node);
    return node;
  }
}
