/**
 * Which limit kept a membership from being determined.
 * - `depth`: the depth budget of the request ran out (`max_depth_exceeded`)
 * - `width`: only in the wire contract (`max_width_exceeded`); nothing here is cut by width
 * - `nodes`: the evaluation grew over its ceiling of sets or steps
 */
export type Limitation = 'depth' | 'nodes';

/** Whether a subject is in a set. A limit that ran out is a result, never a silent no. */
export type Membership =
  | { readonly kind: 'member' }
  | { readonly kind: 'not-member' }
  | { readonly kind: 'unknown'; readonly limitation: Limitation };
