import type { SubjectSetRewrite } from '../namespace/namespace.ts';
import type { ClassDeclaration, MemberDeclaration } from './declaration.ts';

export interface PermitDeclaration {
  readonly declaration: ClassDeclaration;
  readonly permit: MemberDeclaration;
  readonly rewrite: SubjectSetRewrite;
}

/** Finds classes and their members by name. */
export class DeclarationIndex {
  readonly #classes = new Map<string, ClassDeclaration>();
  #permits: readonly PermitDeclaration[] | undefined;
  readonly #namespaces = new Map<MemberDeclaration, readonly string[]>();

  /** Of classes of one name the last counts; of members of one name the first. */
  constructor(classes: readonly ClassDeclaration[]) {
    for (const declaration of classes) this.#classes.set(declaration.name, declaration);
  }

  /** The classes that count, in the order in which their names are declared first. */
  classes(): Iterable<ClassDeclaration> {
    return this.#classes.values();
  }

  /** The permits that count, class by class. */
  permits(): readonly PermitDeclaration[] {
    this.#permits ??= [...this.#classes.values()].flatMap(permitsOf);
    return this.#permits;
  }

  class(name: string): ClassDeclaration | undefined {
    return this.#classes.get(name);
  }

  member(className: string, member: string): MemberDeclaration | undefined {
    return this.#classes.get(className)?.byName.get(member);
  }

  /** The namespaces among the member's types, each once however often it is mentioned. */
  namespacesOf(member: MemberDeclaration): readonly string[] {
    const known = this.#namespaces.get(member);
    if (known !== undefined) return known;
    const namespaces = [...new Set(member.relation.types.map(({ namespace }) => namespace))];
    this.#namespaces.set(member, namespaces);
    return namespaces;
  }
}

function permitsOf(declaration: ClassDeclaration): PermitDeclaration[] {
  const permits: PermitDeclaration[] = [];
  for (const permit of declaration.byName.values()) {
    const { rewrite } = permit.relation;
    if (rewrite !== undefined) permits.push({ declaration, permit, rewrite });
  }
  return permits;
}
