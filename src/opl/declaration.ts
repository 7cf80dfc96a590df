import type { Relation } from '../namespace/namespace.ts';
import type { Place } from './place.ts';

/** A class as it was written, with the places that checks report. */
export interface ClassDeclaration {
  readonly name: string;
  readonly place: Place;
  readonly members: readonly MemberDeclaration[];
}

/** A relation or a permit, and what it names, in source order. */
export interface MemberDeclaration {
  readonly place: Place;
  readonly relation: Relation;
  readonly references: readonly Reference[];
  /** Operators that apply to a group of the other operator although no parentheses say so. */
  readonly mixedOperators: readonly Place[];
}

export type Reference = TypeReference | ComputedReference | TraverseReference;

/** `N` or `SubjectSet<N, q>` among the types of a relation. */
export interface TypeReference {
  readonly kind: 'type';
  readonly namespace: string;
  readonly place: Place;
  readonly relation: { readonly name: string; readonly place: Place } | undefined;
}

/** `this.related.r.includes(…)` or `this.permits.r(…)`. */
export interface ComputedReference {
  readonly kind: 'computed';
  readonly relation: string;
  readonly place: Place;
  /** Whether it stands below a `!`, however many. */
  readonly negated: boolean;
}

/** `this.related.r.traverse((p) => p.…s…)`. */
export interface TraverseReference {
  readonly kind: 'traverse';
  readonly relation: string;
  readonly computedRelation: string;
  /** Where `relation` is named. */
  readonly place: Place;
  /** Whether it stands below a `!`, however many. */
  readonly negated: boolean;
}
