import type { ClassDeclaration, MemberDeclaration, Reference } from './declaration.ts';
import type { DeclarationIndex } from './declaration-index.ts';
import type { Span } from './place.ts';

/** A permit leads to another permit that its body names. */
export interface Edge {
  readonly target: PermitNode;
  /** Where the body names it. */
  readonly span: Span;
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
  /** Its place among the nodes. */
  readonly number: number;
  /** Undefined for the targets of a traverse. */
  readonly permit: MemberDeclaration | undefined;
  /** The class that it and the spans of its edges stand in. */
  readonly declaration: ClassDeclaration;
  readonly edges: Edge[];
}

/** Which permits lead to which. Relations lead nowhere: what only tuples can close is no cycle. */
export class PermitGraph {
  readonly #index: DeclarationIndex;
  readonly #nodes: PermitNode[] = [];
  readonly #permits = new Map<MemberDeclaration, PermitNode>();
  readonly #traversals = new Map<MemberDeclaration, Map<string, PermitNode>>();

  /** The classes have no type errors. */
  constructor(index: DeclarationIndex) {
    this.#index = index;
    for (const { declaration, permit } of index.permits()) {
      this.#permits.set(permit, this.#add(declaration, permit));
    }
    for (const { declaration, permit } of index.permits()) {
      const node = this.#permitNode(permit);
      if (node === undefined) continue;
      for (const reference of permit.references) this.#connect(declaration, node, reference);
    }
  }

  /** All nodes, the permits first, in source order. */
  nodes(): readonly PermitNode[] {
    return this.#nodes;
  }

  #add(declaration: ClassDeclaration, permit: MemberDeclaration | undefined): PermitNode {
    const node = { number: this.#nodes.length, declaration, permit, edges: [] };
    this.#nodes.push(node);
    return node;
  }

  #connect(declaration: ClassDeclaration, node: PermitNode, reference: Reference): void {
    if (reference.kind === 'type') return;
    const member = declaration.byName.get(reference.relation);
    if (member === undefined) return;
    const isTraverse = reference.kind === 'traverse';
    // What is no permit leads nowhere; a permit that is traversed has no types.
    if (isTraverse === (member.relation.rewrite !== undefined)) return;
    const target = isTraverse
      ? this.#traversal(declaration, member, reference.computedRelation)
      : this.#permits.get(member);
    if (target === undefined) return;
    node.edges.push({ target, span: reference, isNegated: reference.negated, isTraverse });
  }

  #permitNode(member: MemberDeclaration | undefined): PermitNode | undefined {
    return member?.relation.rewrite === undefined ? undefined : this.#permits.get(member);
  }

  /** Leads to the permit of every declared type's namespace; undefined when there is a single type and no such permit. */
  #traversal(
    declaration: ClassDeclaration,
    traversed: MemberDeclaration,
    computedRelation: string,
  ): PermitNode | undefined {
    const { types } = traversed.relation;
    const [first] = types;
    // Nothing to remember, and very common.
    if (first !== undefined && types.length === 1) {
      if (this.#permitNode(this.#index.member(first.namespace, computedRelation)) === undefined) return undefined;
    }
    const ofMember = this.#traversals.get(traversed) ?? new Map<string, PermitNode>();
    this.#traversals.set(traversed, ofMember);
    const known = ofMember.get(computedRelation);
    if (known !== undefined) return known;
    const node = this.#add(declaration, undefined);
    ofMember.set(computedRelation, node);
    for (const namespace of this.#index.namespacesOf(traversed)) {
      const target = this.#permitNode(this.#index.member(namespace, computedRelation));
      if (target !== undefined) node.edges.push({ target, span: traversed, isNegated: false, isTraverse: true });
    }
    return node;
  }
}
