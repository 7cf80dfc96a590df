/** A type of objects, with the relations and permits that the model declares for it. */
export interface Namespace {
  readonly name: string;
  /**
   * Declared relations and permits, in source order. Empty for a plain namespace
   * and for an empty class: then every relation name may be asked for.
   */
  readonly relations: readonly Relation[];
}

/** A relation (with types) or a permit (with a rewrite). */
export interface Relation {
  readonly name: string;
  /** The declared subject types; empty for a permit. */
  readonly types: readonly RelationType[];
  readonly rewrite?: SubjectSetRewrite;
}

/** `User` is `{ namespace: 'User', relation: '' }`, `SubjectSet<Group, "members">` is `{ namespace: 'Group', relation: 'members' }`. */
export interface RelationType {
  readonly namespace: string;
  readonly relation: string;
}

/** The body of a permit. A body of one element is a union with one child (contract: OPL B1). */
export interface SubjectSetRewrite {
  readonly kind: 'union' | 'intersection';
  readonly children: readonly RewriteChild[];
}

export type RewriteChild = SubjectSetRewrite | ComputedSubjectSet | TupleToSubjectSet | InvertResult;

/** The members of another relation or permit of the same object. */
export interface ComputedSubjectSet {
  readonly kind: 'computed';
  readonly relation: string;
}

/** For every subject set `N:o#…` stored under `relation`: the members of `N:o#computedRelation`. */
export interface TupleToSubjectSet {
  readonly kind: 'traverse';
  readonly relation: string;
  readonly computedRelation: string;
}

/** Everybody who is not a member of the child. */
export interface InvertResult {
  readonly kind: 'invert';
  readonly child: RewriteChild;
}
