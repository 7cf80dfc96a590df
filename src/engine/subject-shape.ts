/** What of the checked subject strict mode looks at: its kind and, of a set, its type. */
export type SubjectShape =
  | { readonly kind: 'id' }
  | { readonly kind: 'set'; readonly namespace: number; readonly relation: number };
