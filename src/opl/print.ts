import type { Namespace, Relation, RelationType } from '../namespace/namespace.ts';
import { printExpression } from './print-expression.ts';
import { printName } from './print-name.ts';

/**
 * The document that declares the namespaces, so that parsing it gives the same again.
 * @throws {Error} when the language has no words for it: a name with both kinds of quotes,
 * a type named `SubjectSet`, a relation without types
 */
export function printOpl(namespaces: readonly Namespace[]): string {
  const print = memberPrinter(namespaces);
  return namespaces.map((namespace) => printNamespace(namespace, print)).join('\n');
}

/** Prints what stands behind the name of a relation or permit: its types, or its expression. */
export type PrintMember = (namespace: Namespace, member: Relation) => string;

/** Prints members of the namespaces, which decide between spellings. It throws as `printOpl` does. */
export function memberPrinter(namespaces: readonly Namespace[]): PrintMember {
  const permits = new Map(
    namespaces.map(({ name, relations }) => [
      name,
      new Set(relations.filter(({ rewrite }) => rewrite !== undefined).map((relation) => relation.name)),
    ]),
  );
  const types = new Map(
    namespaces.map(({ name, relations }) => [name, new Map(relations.map((r) => [r.name, r.types]))]),
  );
  const isPermit = (namespace: string, relation: string): boolean => permits.get(namespace)?.has(relation) ?? false;
  return ({ name }, member) => {
    if (member.rewrite === undefined) return printTypes(member);
    return printExpression(member.rewrite, {
      isPermit: (relation) => isPermit(name, relation),
      leadsToPermit: (relation, target) =>
        (types.get(name)?.get(relation) ?? []).some(({ namespace }) => isPermit(namespace, target)),
    });
  };
}

function printNamespace(namespace: Namespace, print: PrintMember): string {
  const { name, relations } = namespace;
  const head = `class ${printName(name)} implements Namespace {`;
  if (relations.length === 0) return `${head}}\n`;
  const sections = inSections(relations).map(({ isPermits, members }) => {
    const lines = members.map((member) => {
      const body = print(namespace, member);
      const typed = member.rewrite === undefined ? ` ${body}\n` : ` (ctx: Context): boolean =>\n      ${body},\n`;
      return `    ${printName(member.name)}:${typed}`;
    });
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
