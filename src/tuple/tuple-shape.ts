/** What tuples with the same namespaces and relations have in common. */
export interface TupleShape {
  readonly namespace: string;
  readonly relation: string;
  readonly subject:
    | { readonly kind: 'id' }
    | { readonly kind: 'set'; readonly namespace: string; readonly relation: string };
}
