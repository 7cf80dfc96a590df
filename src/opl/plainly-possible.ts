import type { RewriteChild } from '../namespace/namespace.ts';
import type { MemberDeclaration, Reference } from './declaration.ts';
import type { DeclarationIndex, PermitDeclaration } from './declaration-index.ts';

/** Expressions may be nested as deeply as they are long; a look is for what people write. */
const MAX_DEPTH = 20;

/**
 * Whether a look at a permit's own expression tells that it can be true for somebody, which is so of most: `false` says
 * nothing. It can when what it asks for is data, not other permits, and no name stands in it with and without a `!`.
 */
export function isPlainlyPossible(permit: PermitDeclaration, index: DeclarationIndex): boolean {
  return canBeTrue(permit.rewrite, permit, index, MAX_DEPTH) && !asksForContraries(permit.permit.references);
}

function canBeTrue(node: RewriteChild, permit: PermitDeclaration, index: DeclarationIndex, depth: number): boolean {
  if (depth === 0) return false;
  switch (node.kind) {
    case 'computed':
      return isData(permit.declaration.byName.get(node.relation));
    case 'traverse': {
      const [first] = permit.declaration.byName.get(node.relation)?.relation.types ?? [];
      return first === undefined || isData(index.member(first.namespace, node.computedRelation));
    }
    case 'invert':
      return true;
    case 'union':
      return node.children.some((child) => canBeTrue(child, permit, index, depth - 1));
    case 'intersection':
      return node.children.every((child) => canBeTrue(child, permit, index, depth - 1));
  }
}

function isData(member: MemberDeclaration | undefined): boolean {
  return member?.relation.rewrite === undefined;
}

function asksForContraries(references: readonly Reference[]): boolean {
  const negated = new Set(references.filter(isNegated).map(nameOf));
  return negated.size > 0 && references.some((reference) => !isNegated(reference) && negated.has(nameOf(reference)));
}

function isNegated(reference: Reference): boolean {
  return reference.kind !== 'type' && reference.negated;
}

/** The relation alone: what is traversed to from it may differ, but then a closer look does no harm. */
function nameOf(reference: Reference): string | undefined {
  return reference.kind === 'type' ? undefined : reference.relation;
}
