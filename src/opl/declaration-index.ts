import type { ClassDeclaration, MemberDeclaration } from './declaration.ts';

/** Finds classes and their members by name. */
export class DeclarationIndex {
  readonly #classes = new Map<string, ReadonlyMap<string, MemberDeclaration>>();

  readonly #namespaces = new Map<MemberDeclaration, ReadonlySet<string>>();

  /** Of classes of one name the first or the last counts; of members of one name always the first. */
  constructor(classes: readonly ClassDeclaration[], counts: 'first' | 'last') {
    for (const { name, members } of classes) {
      if (counts === 'first' && this.#classes.has(name)) continue;
      this.#classes.set(name, firstByName(members));
    }
  }

  hasClass(name: string): boolean {
    return this.#classes.has(name);
  }

  member(className: string, member: string): MemberDeclaration | undefined {
    return this.#classes.get(className)?.get(member);
  }

  /** The namespaces among the member's types, each once however often it is mentioned. */
  namespacesOf(member: MemberDeclaration): ReadonlySet<string> {
    const known = this.#namespaces.get(member);
    if (known !== undefined) return known;
    const namespaces = new Set(member.relation.types.map(({ namespace }) => namespace));
    this.#namespaces.set(member, namespaces);
    return namespaces;
  }

  /** The members that count, class by class. */
  *members(): Generator<{ readonly className: string; readonly member: MemberDeclaration }> {
    for (const [className, members] of this.#classes) {
      for (const member of members.values()) yield { className, member };
    }
  }
}

function firstByName(members: readonly MemberDeclaration[]): ReadonlyMap<string, MemberDeclaration> {
  const byName = new Map<string, MemberDeclaration>();
  for (const member of members) {
    if (!byName.has(member.relation.name)) byName.set(member.relation.name, member);
  }
  return byName;
}
