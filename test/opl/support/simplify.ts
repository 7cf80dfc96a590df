import type { Namespace, RewriteChild, SubjectSetRewrite } from '../../../src/namespace/namespace.ts';

/** The namespaces with every permit simplified as the contract says (OPL B2), to compare meanings. */
export function simplifyAll(namespaces: readonly Namespace[]): Namespace[] {
  return namespaces.map(({ name, relations }) => ({
    name,
    relations: relations.map((relation) =>
      relation.rewrite === undefined ? relation : { ...relation, rewrite: simplifyGroup(relation.rewrite) },
    ),
  }));
}

function simplifyGroup({ kind, children }: SubjectSetRewrite): SubjectSetRewrite {
  const simplified = children.map(simplify).flatMap((child): readonly RewriteChild[] => {
    if (child.kind !== 'union' && child.kind !== 'intersection') return [child];
    return child.children.length === 1 || child.kind === kind ? child.children : [child];
  });
  return { kind, children: simplified };
}

function simplify(node: RewriteChild): RewriteChild {
  if (node.kind === 'invert') return { kind: 'invert', child: simplify(node.child) };
  return node.kind === 'union' || node.kind === 'intersection' ? simplifyGroup(node) : node;
}
