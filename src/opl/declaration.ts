import type { Relation, RelationType } from '../namespace/namespace.ts';
import type { Span } from './place.ts';
import type { SourceText } from './source-text.ts';

/** A class as it was written. Spans are those of the names: the places that checks report. */
export interface ClassDeclaration extends Span {
  readonly name: string;
  /** The document that all of it stands in. */
  readonly source: SourceText;
  readonly members: readonly MemberDeclaration[];
  /** The members that count: of those of one name the first. */
  readonly byName: ReadonlyMap<string, MemberDeclaration>;
  /** Operators that apply to a group of the other operator although no parentheses say so. */
  readonly mixedOperators: readonly Span[];
}

/** A relation or a permit, and what it names, in source order. */
export interface MemberDeclaration extends Span {
  readonly relation: Relation;
  readonly references: readonly Reference[];
}

export type Reference = TypeReference | ComputedReference | TraverseReference;

/** `N` or `SubjectSet<N, q>` among the types of a relation. */
export interface TypeReference extends Span {
  readonly kind: 'type';
  readonly type: RelationType;
  /** Where `q` is named. */
  readonly relation: Span | undefined;
}

/** `this.related.r.includes(…)` or `this.permits.r(…)`. */
export interface ComputedReference extends Span {
  readonly kind: 'computed';
  readonly relation: string;
  /** Whether it stands below a `!`, however many. */
  readonly negated: boolean;
}

/** `this.related.r.traverse((p) => p.…s…)`, with the place of `r`. */
export interface TraverseReference extends Span {
  readonly kind: 'traverse';
  readonly relation: string;
  readonly computedRelation: string;
  /** Whether it stands below a `!`, however many. */
  readonly negated: boolean;
}
