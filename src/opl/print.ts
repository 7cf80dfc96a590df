import type { Namespace, Relation, RelationType } from '../namespace/namespace.ts';
import { printExpression } from './print-expression.ts';
import { printName } from './print-name.ts';

/**
 * The document that declares the namespaces, so that parsing it gives the same again.
 * @throws {Error} when the language has no words for it: a name with both kinds of quotes,
 * a type named `SubjectSet`, a relation without types
 */
export function printOpl(namespaces: readonly Namespace[]): string {
  const permits = new Map(
    namespaces.map(({ name, relations }) => [
      name,
      new Set(relations.filter(({ rewrite }) => rewrite !== undefined).map((relation) => relation.name)),
    ]),
  );
  const isPermit = (namespace: string, relation: string): boolean => permits.get(namespace)?.has(relation) ?? false;
  return namespaces.map((namespace) => printNamespace(namespace, isPermit)).join('\n');
}

type IsPermit = (namespace: string, relation: string) => boolean;

function printNamespace({ name, relations }: Namespace, isPermit: IsPermit): string {
  const head = `class ${printName(name)} implements Namespace {`;
  if (relations.length === 0) return `${head}}\n`;
  const types = new Map(relations.map((relation) => [relation.name, relation.types]));
  const names = {
    isPermit: (relation: string) => isPermit(name, relation),
    leadsToPermit: (relation: string, target: string) =>
      (types.get(relation) ?? []).some(({ namespace }) => isPermit(namespace, target)),
  };
  const sections = inSections(relations).map(({ isPermits, members }) => {
    const lines = members.map((member) =>
      member.rewrite === undefined
        ? `    ${printName(member.name)}: ${printTypes(member)}\n`
        : `    ${printName(member.name)}: (ctx: Context): boolean =>\n      ${printExpression(member.rewrite, names)},\n`,
    );
    return `  ${isPermits ? 'permits = ' : 'related: '}{\n${lines.join('')}  }\n`;
  });
  return `${head}\n${sections.join('')}}\n`;
}

/** Sections may be repeated, so the order of the members stays. */
function inSections(relations: readonly Relation[]): { readonly isPermits: boolean; readonly members: Relation[] }[] {
  const sections: { readonly isPermits: boolean; readonly members: Relation[] }[] = [];
  for (const relation of relations) {
    const isPermits = relation.rewrite !== undefined;
    const last = sections.at(-1);
    if (last?.isPermits === isPermits) last.members.push(relation);
    else sections.push({ isPermits, members: [relation] });
  }
  return sections;
}

function printTypes({ name, types }: Relation): string {
  if (types.length === 0) throw new Error(`relation "${name}" has no types`);
  const printed = types.map(printType);
  // `Array[]` would be read as the beginning of `Array<…>`, even in quotes.
  const isPlain = types.length === 1 && types[0]?.namespace !== 'Array';
  return isPlain ? `${printed.join('')}[]` : `(${printed.join(' | ')})[]`;
}

function printType({ namespace, relation }: RelationType): string {
  if (relation !== '') return `SubjectSet<${printName(namespace)}, ${printString(relation)}>`;
  if (namespace === 'SubjectSet') throw new Error('a type cannot be named "SubjectSet"');
  return printName(namespace);
}

function printString(text: string): string {
  const name = printName(text);
  return /^["']/.test(name) ? name : `"${name}"`;
}
