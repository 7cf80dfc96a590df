import type { RewriteChild, SubjectSetRewrite } from '../namespace/namespace.ts';
import type { ClassDeclaration, MemberDeclaration } from './declaration.ts';
import type { DeclarationIndex, PermitDeclaration } from './declaration-index.ts';
import { isPlainlyPossible } from './plainly-possible.ts';

/**
 * The permits whose expression is true for nobody, whatever is stored: because it asks for
 * something and for its contrary, or because it only leads to such permits or back to itself.
 */
export function findImpossiblePermits(index: DeclarationIndex): PermitDeclaration[] {
  const doubtful = index.permits().filter((permit) => !isPlainlyPossible(permit, index));
  const circuit = new Circuit(index, doubtful);
  for (const permit of doubtful) circuit.add(permit);
  circuit.run();
  return doubtful.filter(({ permit }) => !circuit.isPossible(permit));
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
  /** Those that are in doubt. */
  readonly #permits: ReadonlyMap<MemberDeclaration, Gate>;
  readonly #traversals = new Map<MemberDeclaration, Map<string, Gate>>();
  /** Conditions that hold from the start, once for each mention. */
  readonly #given: Gate[] = [];

  constructor(index: DeclarationIndex, doubtful: readonly PermitDeclaration[]) {
    this.#index = index;
    this.#permits = new Map(doubtful.map(({ permit }) => [permit, { missing: 1, dependents: [] }]));
  }

  run(): void {
    const queue = this.#given;
    for (let gate = queue.pop(); gate !== undefined; gate = queue.pop()) {
      gate.missing--;
      if (gate.missing === 0) for (const dependent of gate.dependents) queue.push(dependent);
    }
  }

  isPossible(permit: MemberDeclaration): boolean {
    return (this.#permits.get(permit)?.missing ?? 0) <= 0;
  }

  /** Expressions may be nested as deeply as they are long, so what is left to do is kept in a list. */
  add({ declaration, permit, rewrite }: PermitDeclaration): void {
    const gateOfPermit = this.#permits.get(permit);
    const pending: Pending[] = gateOfPermit ? [{ node: rewrite, gate: gateOfPermit, literals: undefined }] : [];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { node, gate, literals } = next;
      switch (node.kind) {
        case 'union':
        case 'intersection':
          this.#addGroup(pending, node, gate, literals);
          break;
        case 'invert':
          // Almost everything can be false for somebody.
          this.#given.push(gate);
          if (literals !== undefined) note(literals, literalOf(node.child), 'unwanted');
          break;
        case 'computed':
        case 'traverse':
          this.#require(declaration, node, gate);
          if (literals !== undefined) note(literals, literalOf(node), 'wanted');
          break;
      }
    }
  }

  #addGroup(
    pending: Pending[],
    { kind, children }: SubjectSetRewrite,
    gate: Gate,
    literals: Literals | undefined,
  ): void {
    let own = gate;
    let ofGroup = literals;
    if (children.length !== 1) {
      const isUnion = kind === 'union';
      own = { missing: isUnion ? 1 : children.length, dependents: [gate] };
      ofGroup = isUnion ? undefined : (literals ?? { gate: own, wanted: new Set(), unwanted: new Set() });
    }
    for (const node of children) pending.push({ node, gate: own, literals: ofGroup });
  }

  /** Makes the gate depend on what the leaf leads to. */
  #require(
    declaration: ClassDeclaration,
    leaf: Exclude<RewriteChild, SubjectSetRewrite | { kind: 'invert' }>,
    gate: Gate,
  ): void {
    const member = declaration.byName.get(leaf.relation);
    if (leaf.kind === 'computed') this.#requireMember(member, gate);
    else if (member === undefined || member.relation.types.length === 0) this.#given.push(gate);
    else this.#traversalGate(member, leaf.computedRelation).dependents.push(gate);
  }

  /** What a relation holds is data, so anything may be in it; a permit that is not in doubt is possible. */
  #requireMember(member: MemberDeclaration | undefined, gate: Gate): void {
    const ofPermit = member && this.#permits.get(member);
    if (ofPermit === undefined) this.#given.push(gate);
    else ofPermit.dependents.push(gate);
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
}

/** Notes what the intersection asks for; a contradiction can never come true. */
function note(literals: Literals, literal: string | undefined, what: 'wanted' | 'unwanted'): void {
  if (literal === undefined) return;
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
      return `.${node.relation}`;
    case 'traverse':
      // Its length tells where the first name ends.
      return `${node.relation.length}.${node.relation}.${node.computedRelation}`;
  }
}
