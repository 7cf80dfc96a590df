import type { RewriteChild, SubjectSetRewrite } from '../namespace/namespace.ts';
import type { ClassDeclaration, MemberDeclaration } from './declaration.ts';
import { DeclarationIndex } from './declaration-index.ts';
import type { Place } from './place.ts';

export interface ImpossiblePermit {
  readonly className: string;
  readonly permit: string;
  readonly place: Place;
}

/**
 * The permits whose expression is true for nobody, whatever is stored: because it asks for
 * something and for its contrary, or because it only leads to such permits or back to itself.
 */
export function findImpossiblePermits(classes: readonly ClassDeclaration[]): ImpossiblePermit[] {
  const index = new DeclarationIndex(classes, 'last');
  const circuit = new Circuit(index);
  for (const { className, member } of index.members()) circuit.add(className, member);
  circuit.run();
  return [...index.members()]
    .filter(({ member }) => member.relation.rewrite !== undefined && !circuit.isPossible(member))
    .map(({ className, member }) => ({ className, permit: member.relation.name, place: member.place }));
}

/** Something that may come true. It does when so many of its conditions have. */
interface Gate {
  missing: number;
  readonly dependents: Gate[];
}

/** What an intersection asks for, and what it asks to be false, to find both of one. */
interface Literals {
  readonly gate: Gate;
  readonly wanted: Set<string>;
  readonly unwanted: Set<string>;
}

interface Pending {
  readonly node: RewriteChild;
  readonly gate: Gate;
  readonly literals: Literals | undefined;
}

/** The expressions as gates: what can be true spreads from the relations, in time linear in their size. */
class Circuit {
  readonly #index: DeclarationIndex;
  readonly #permits = new Map<MemberDeclaration, Gate>();
  readonly #traversals = new Map<MemberDeclaration, Map<string, Gate>>();
  /** Conditions that hold from the start, once for each mention. */
  readonly #given: Gate[] = [];

  constructor(index: DeclarationIndex) {
    this.#index = index;
  }

  isPossible(permit: MemberDeclaration): boolean {
    return this.#permitGate(permit).missing <= 0;
  }

  run(): void {
    const queue = [...this.#given];
    for (let gate = queue.pop(); gate !== undefined; gate = queue.pop()) {
      gate.missing--;
      if (gate.missing === 0) for (const dependent of gate.dependents) queue.push(dependent);
    }
  }

  /** Expressions may be nested as deeply as they are long, so what is left to do is kept in a list. */
  add(className: string, permit: MemberDeclaration): void {
    if (permit.relation.rewrite === undefined) return;
    const pending: Pending[] = [{ node: permit.relation.rewrite, gate: this.#permitGate(permit), literals: undefined }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { node, gate, literals } = next;
      switch (node.kind) {
        case 'union':
        case 'intersection':
          for (const child of this.#group(node, gate, literals)) pending.push(child);
          break;
        case 'invert':
          // Almost everything can be false for somebody.
          this.#given.push(gate);
          note(literals, literalOf(node.child), 'unwanted');
          break;
        case 'computed':
        case 'traverse':
          this.#require(className, node, gate);
          note(literals, literalOf(node), 'wanted');
          break;
      }
    }
  }

  #group({ kind, children }: SubjectSetRewrite, gate: Gate, literals: Literals | undefined): Pending[] {
    if (children.length === 1) return children.map((node) => ({ node, gate, literals }));
    const own: Gate = { missing: kind === 'union' ? 1 : children.length, dependents: [gate] };
    const ofGroup =
      kind === 'union'
        ? undefined
        : (literals ?? { gate: own, wanted: new Set<string>(), unwanted: new Set<string>() });
    return children.map((node) => ({ node, gate: own, literals: ofGroup }));
  }

  /** Makes the gate depend on what the leaf leads to. */
  #require(className: string, leaf: Exclude<RewriteChild, SubjectSetRewrite | { kind: 'invert' }>, gate: Gate): void {
    const member = this.#index.member(className, leaf.relation);
    if (leaf.kind === 'computed') this.#requireMember(member, gate);
    else if (member === undefined || member.relation.types.length === 0) this.#given.push(gate);
    else this.#traversalGate(member, leaf.computedRelation).dependents.push(gate);
  }

  /** What a relation holds is data, so anything may be in it. */
  #requireMember(member: MemberDeclaration | undefined, gate: Gate): void {
    if (member?.relation.rewrite === undefined) this.#given.push(gate);
    else this.#permitGate(member).dependents.push(gate);
  }

  #traversalGate(traversed: MemberDeclaration, computedRelation: string): Gate {
    const ofMember = this.#traversals.get(traversed) ?? new Map<string, Gate>();
    this.#traversals.set(traversed, ofMember);
    const known = ofMember.get(computedRelation);
    if (known !== undefined) return known;
    const gate: Gate = { missing: 1, dependents: [] };
    ofMember.set(computedRelation, gate);
    for (const namespace of this.#index.namespacesOf(traversed)) {
      this.#requireMember(this.#index.member(namespace, computedRelation), gate);
    }
    return gate;
  }

  #permitGate(permit: MemberDeclaration): Gate {
    const known = this.#permits.get(permit);
    if (known !== undefined) return known;
    const gate: Gate = { missing: 1, dependents: [] };
    this.#permits.set(permit, gate);
    return gate;
  }
}

/** Notes what the intersection asks for; a contradiction can never come true. */
function note(literals: Literals | undefined, literal: string | undefined, what: 'wanted' | 'unwanted'): void {
  if (literals === undefined || literal === undefined) return;
  literals[what].add(literal);
  if (literals[what === 'wanted' ? 'unwanted' : 'wanted'].has(literal))
    literals.gate.missing = Number.POSITIVE_INFINITY;
}

/** A leaf's name, also when it stands in parentheses. */
function literalOf(node: RewriteChild): string | undefined {
  switch (node.kind) {
    case 'union':
    case 'intersection': {
      const [only] = node.children;
      return only !== undefined && node.children.length === 1 ? literalOf(only) : undefined;
    }
    case 'invert':
      return undefined;
    case 'computed':
      return JSON.stringify([node.relation]);
    case 'traverse':
      return JSON.stringify([node.relation, node.computedRelation]);
  }
}
