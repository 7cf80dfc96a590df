import type { SthenoError } from '../errors.ts';
import type { RelationTuple, SubjectSet } from '../tuple/relation-tuple.ts';
import type { Membership } from './membership.ts';

/**
 * Why a check has its answer, as a tree that begins with the question.
 *
 * - A yes is derived: each step holds because its children do, down to stored tuples and to
 *   refuted negations. Nothing is derived from itself, also where sets lead to each other.
 * - A no is exhausted: the children are all ways there are, except that one operand is enough
 *   to refute an `and`.
 * - An unknown shows the ways whose end was not reached.
 * - An error shows the way to the relation that has no answer.
 */
export interface Explanation {
  readonly root: ExplanationStep;
  /** Whether steps are missing because there are more than were asked for. */
  readonly truncated: boolean;
}

/**
 * One step, with the answer of what it stands for: whether the subject is a member by it.
 *
 * - `check`: the set that was asked about; only the root
 * - `direct`: the look-up of this very tuple
 * - `subject-set`: a stored tuple whose subject is a set, and the set that it leads to. Below
 *   a `traverse` that is the traverse's target of the object, whatever relation is stored.
 * - `computed`: another relation of the same object, and the set that it leads to
 * - `traverse`: the tuples of `set` are followed; its children are `subject-set` steps, one a tuple
 * - `and`, `or`, `not`: an operator of a permit's body
 *
 * The children of a step that leads to a set are the parts of that set: the direct look-up in
 * it, the body if it is a permit, and its stored subject sets.
 */
export type ExplanationStep = {
  readonly answer: Membership | { readonly kind: 'error'; readonly error: SthenoError };
  readonly children: readonly ExplanationStep[];
  /** Why children are missing; absent when none are. */
  readonly omitted?: Omission;
} & (
  | { readonly kind: 'check'; readonly set: SubjectSet }
  | { readonly kind: 'direct'; readonly tuple: RelationTuple }
  | { readonly kind: 'subject-set'; readonly tuple: RelationTuple; readonly set: SubjectSet }
  | { readonly kind: 'computed'; readonly rule: RulePlace; readonly set: SubjectSet }
  | { readonly kind: 'traverse'; readonly rule: RulePlace; readonly set: SubjectSet }
  | { readonly kind: 'and' | 'or' | 'not'; readonly rule: RulePlace }
);

/**
 * - `cycle`: the set is on the way to this step already: going round adds nothing
 * - `repeated`: the set is explained elsewhere in the tree
 * - `limit`: here the limit struck that the answer names
 * - `size`: there are more steps than were asked for
 */
export type Omission = 'cycle' | 'repeated' | 'limit' | 'size';

/** A place in the body of the permit `namespace#permit`. */
export interface RulePlace {
  readonly namespace: string;
  readonly permit: string;
  /** The way from the body, which is `[]`, as indexes of children; of the simplified body (contract: OPL B2). */
  readonly position: readonly number[];
}
