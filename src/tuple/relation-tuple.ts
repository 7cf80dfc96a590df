/** All subjects that stand in `relation` to `namespace:object`; with an empty relation the object itself. */
export interface SubjectSet {
  readonly namespace: string;
  readonly object: string;
  readonly relation: string;
}

/** Who stands in a relation: one subject by its id, or everybody in a set. */
export type Subject = { readonly kind: 'id'; readonly id: string } | ({ readonly kind: 'set' } & SubjectSet);

/** A stored fact: the subject stands in `relation` to `namespace:object`. Every part may be the empty string. */
export interface RelationTuple {
  readonly namespace: string;
  readonly object: string;
  readonly relation: string;
  readonly subject: Subject;
}

/** A filter: a field that is present must be equal, also when it is `''`; an absent field does not restrict. */
export interface RelationQuery {
  readonly namespace?: string | undefined;
  readonly object?: string | undefined;
  readonly relation?: string | undefined;
  readonly subject?: Subject | undefined;
}

/** One change. Changes of a transaction are applied in their order. */
export interface TupleDelta {
  readonly action: 'insert' | 'delete';
  readonly tuple: RelationTuple;
}
