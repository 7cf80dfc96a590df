import type { RelationType } from '../namespace/namespace.ts';
import type {
  ClassDeclaration,
  MemberDeclaration,
  Reference,
  TraverseReference,
  TypeReference,
} from './declaration.ts';
import { DeclarationIndex } from './declaration-index.ts';
import type { Finding, Place } from './place.ts';
import { quote } from './quote.ts';

/** How many `SubjectSet<…>` types are followed from one to the next (contract: OPL A5). */
const MAX_TYPE_DEPTH = 10;

/** Types that refer to each other can be followed in exponentially many ways: more mistakes are not listed. */
const MAX_TRAVERSE_ERRORS = 200;

/** Checks that whatever the classes name is declared somewhere among them (contract: OPL A5), in source order. */
export function checkTypes(classes: readonly ClassDeclaration[]): Finding[] {
  const index = new DeclarationIndex(classes, 'first');
  const traversals = new TraversalCheck(index);
  return classes.flatMap(({ name, members }) =>
    members.flatMap(({ references }) =>
      references.flatMap((reference) => checkReference(name, reference, index, traversals)),
    ),
  );
}

function checkReference(
  className: string,
  reference: Reference,
  index: DeclarationIndex,
  traversals: TraversalCheck,
): Finding[] {
  switch (reference.kind) {
    case 'type':
      return checkType(reference, index);
    case 'computed':
      return checkMember(className, reference.relation, reference.place, index);
    case 'traverse':
      return [
        ...traversals.check(className, reference),
        ...checkMember(className, reference.relation, reference.place, index),
      ];
  }
}

function checkType({ namespace, place, relation }: TypeReference, index: DeclarationIndex): Finding[] {
  if (!index.hasClass(namespace)) {
    return [{ place, message: `namespace ${quote(namespace)} was not declared` }];
  }
  return relation === undefined ? [] : checkMember(namespace, relation.name, relation.place, index);
}

function checkMember(className: string, member: string, place: Place, index: DeclarationIndex): Finding[] {
  if (index.member(className, member) !== undefined) return [];
  return [{ place, message: `namespace ${quote(className)} did not declare relation ${quote(member)}` }];
}

/** Checks that every type of a traversed relation has what the traversal leads to. */
class TraversalCheck {
  readonly #index: DeclarationIndex;
  /** What is wrong with a member, by class, name, target and remaining depth. */
  readonly #results = new Map<string, readonly string[]>();
  readonly #types = new Map<MemberDeclaration, readonly CountedType[]>();
  #errorsLeft = MAX_TRAVERSE_ERRORS;

  constructor(index: DeclarationIndex) {
    this.#index = index;
  }

  check(className: string, { relation, computedRelation, place }: TraverseReference): Finding[] {
    if (this.#errorsLeft === 0) return [];
    const messages = this.#follow(className, relation, computedRelation, MAX_TYPE_DEPTH).slice(0, this.#errorsLeft);
    this.#errorsLeft -= messages.length;
    return messages.map((message) => ({ place, message }));
  }

  #follow(className: string, relation: string, target: string, depth: number): readonly string[] {
    const key = JSON.stringify([className, relation, target, depth]);
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const messages = this.#messages(className, relation, target, depth);
    this.#results.set(key, messages);
    return messages;
  }

  #messages(className: string, relation: string, target: string, depth: number): readonly string[] {
    if (depth < 0) return ['could not typecheck deeply nested SubjectSet further'];
    const member = this.#index.member(className, relation);
    if (member === undefined) return [undeclared(className, relation)];
    const messages: string[] = [];
    for (const { type, count } of this.#countTypes(member)) {
      const ofType = this.#messagesOfType(type, target, depth);
      // Each mention of the type is a mistake of its own.
      for (let i = 0; i < count && ofType.length > 0 && messages.length < MAX_TRAVERSE_ERRORS; i++) {
        messages.push(...ofType);
      }
    }
    return messages.slice(0, MAX_TRAVERSE_ERRORS);
  }

  #messagesOfType({ namespace, relation }: RelationType, target: string, depth: number): readonly string[] {
    if (relation !== '') return this.#follow(namespace, relation, target, depth - 1);
    return this.#index.member(namespace, target) === undefined ? [undeclared(namespace, target)] : [];
  }

  /** A member's different types, so that a long union of one type costs nothing at each traversal. */
  #countTypes(member: MemberDeclaration): readonly CountedType[] {
    const known = this.#types.get(member);
    if (known !== undefined) return known;
    const counted = new Map<string, CountedType>();
    for (const type of member.relation.types) {
      const key = JSON.stringify([type.namespace, type.relation]);
      const entry = counted.get(key);
      if (entry === undefined) counted.set(key, { type, count: 1 });
      else entry.count++;
    }
    const types = [...counted.values()];
    this.#types.set(member, types);
    return types;
  }
}

interface CountedType {
  readonly type: RelationType;
  count: number;
}

function undeclared(className: string, member: string): string {
  return `relation ${quote(member)} was not declared in namespace ${quote(className)}`;
}
