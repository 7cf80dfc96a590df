import type { RelationType } from '../namespace/namespace.ts';
import type {
  ClassDeclaration,
  MemberDeclaration,
  Reference,
  TraverseReference,
  TypeReference,
} from './declaration.ts';
import { DeclarationIndex } from './declaration-index.ts';
import { type Finding, placeIn, type Span } from './place.ts';
import { quote } from './quote.ts';
import type { SourceText } from './source-text.ts';

/** How many `SubjectSet<…>` types are followed from one to the next (contract: OPL A5). */
const MAX_TYPE_DEPTH = 10;

/** Types that refer to each other can be followed in exponentially many ways: more mistakes are not listed. */
const MAX_TRAVERSE_ERRORS = 200;

/** Checks that whatever the classes name is declared somewhere among them (contract: OPL A5), in source order. */
export function checkTypes(classes: readonly ClassDeclaration[]): Finding[] {
  // Of classes of one name it is the first that counts here, otherwise the last (contract: OPL A5).
  const check = new TypeCheck(new DeclarationIndex(classes.toReversed()));
  for (const declaration of classes) {
    for (const { references } of declaration.members) {
      for (const reference of references) check.add(declaration, reference);
    }
  }
  return check.findings;
}

class TypeCheck {
  readonly findings: Finding[] = [];
  readonly #index: DeclarationIndex;
  readonly #traversals: TraversalCheck;

  constructor(index: DeclarationIndex) {
    this.#index = index;
    this.#traversals = new TraversalCheck(index);
  }

  add(declaration: ClassDeclaration, reference: Reference): void {
    if (reference.kind === 'type') {
      this.#addType(declaration.source, reference, this.#index.class(reference.type.namespace));
      return;
    }
    if (reference.kind === 'traverse') this.#addTraverse(declaration, reference);
    const counting = this.#index.class(declaration.name) ?? declaration;
    if (counting.byName.has(reference.relation)) return;
    this.#findUndeclared(declaration.source, reference, declaration.name, reference.relation);
  }

  #addType(source: SourceText, reference: TypeReference, declaration: ClassDeclaration | undefined): void {
    if (declaration === undefined) {
      this.#find(source, reference, `namespace ${quote(reference.type.namespace)} was not declared`);
    } else if (reference.relation !== undefined && !declaration.byName.has(reference.type.relation)) {
      this.#findUndeclared(source, reference.relation, declaration.name, reference.type.relation);
    }
  }

  #addTraverse({ source, name }: ClassDeclaration, reference: TraverseReference): void {
    for (const message of this.#traversals.check(name, reference)) this.#find(source, reference, message);
  }

  #findUndeclared(source: SourceText, span: Span, className: string, member: string): void {
    this.#find(source, span, `namespace ${quote(className)} did not declare relation ${quote(member)}`);
  }

  #find(source: SourceText, span: Span, message: string): void {
    this.findings.push({ place: placeIn(source, span), message });
  }
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

  /** @returns what is wrong, but not more than is listed */
  check(className: string, { relation, computedRelation }: TraverseReference): readonly string[] {
    if (this.#errorsLeft === 0) return [];
    const messages = this.#follow(className, relation, computedRelation, MAX_TYPE_DEPTH);
    const listed = messages.length > this.#errorsLeft ? messages.slice(0, this.#errorsLeft) : messages;
    this.#errorsLeft -= listed.length;
    return listed;
  }

  #follow(className: string, relation: string, target: string, depth: number): readonly string[] {
    const types = this.#index.member(className, relation)?.relation.types ?? [];
    const [only] = types;
    // Nothing to follow and nothing to remember, and very common.
    const isSimple = only !== undefined && types.length === 1 && only.relation === '' && depth >= 0;
    if (isSimple) return this.#messagesOfType(only, target, depth);
    const key = keyOf(depth, className, relation, target);
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
    return this.#index.member(namespace, target) === undefined ? [undeclared(namespace, target)] : NONE;
  }

  /** A member's different types, so that a long union of one type costs nothing at each traversal. */
  #countTypes(member: MemberDeclaration): readonly CountedType[] {
    const known = this.#types.get(member);
    if (known !== undefined) return known;
    const counted = new Map<string, CountedType>();
    for (const type of member.relation.types) {
      const key = keyOf(0, type.namespace, type.relation, '');
      const entry = counted.get(key);
      if (entry === undefined) counted.set(key, { type, count: 1 });
      else entry.count++;
    }
    const types = [...counted.values()];
    this.#types.set(member, types);
    return types;
  }
}

const NONE: readonly string[] = [];

interface CountedType {
  readonly type: RelationType;
  count: number;
}

/** The lengths tell where the names end. */
function keyOf(depth: number, first: string, second: string, third: string): string {
  return `${depth} ${first.length} ${second.length} ${first}${second}${third}`;
}

function undeclared(className: string, member: string): string {
  return `relation ${quote(member)} was not declared in namespace ${quote(className)}`;
}
