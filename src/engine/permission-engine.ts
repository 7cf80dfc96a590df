import type { SthenoError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import type { Revision } from '../persistence/revision.ts';
import type { RelationTuple, Subject, SubjectSet } from '../tuple/relation-tuple.ts';
import type { Cancellation } from './cancellation.ts';
import type { Explanation } from './explanation.ts';
import type { Membership } from './membership.ts';

/** What evaluating a request is bound by. */
export interface EvaluationOptions {
  readonly model: Model;
  /** Strict mode (contract: OPL C3, expand §3). */
  readonly strict: boolean;
  /** How many hops may be followed, at least 1; the caller has applied the configured maximum. */
  readonly maxDepth: number;
  /** The facts must be at least this fresh. */
  readonly minRevision?: Revision | undefined;
  /**
   * Whether writes beyond `minRevision` may be missing: then what is at hand answers. Otherwise every
   * write acknowledged before the call is seen.
   */
  readonly mayBeStale?: boolean | undefined;
  /**
   * Looked at between the levels of an evaluation: a request that was given up ends there. Whoever
   * asked has its answer before, and does not wait for that.
   */
  readonly cancellation?: Cancellation | undefined;
}

/** The answer to one question: a membership, or why the question has none. */
export type CheckAnswer = Membership | { readonly kind: 'error'; readonly error: SthenoError };

/** `both`: the graph, and the database for namespaces that the graph does not have. */
export type FactsFrom = 'graph' | 'database' | 'both';

export interface CheckResult {
  /** The one revision that all answers are of. */
  readonly revision: Revision;
  /** One answer a question, in order. */
  readonly answers: readonly CheckAnswer[];
  /** What the facts were read from. */
  readonly source?: FactsFrom;
  /** How many levels of facts were loaded for them, one after the other; absent when all facts were at hand. */
  readonly levels?: number;
  /** How many reads that took, those included that began anew because a write came between. */
  readonly queries?: number;
}

export interface ExpandOptions extends EvaluationOptions {
  /** Follow permits (`feature_flags.expand_rewrites`). */
  readonly rewrites: boolean;
  /** Node budget (`limit.max_expand_size`), counted as contract expand §2.2 says; 0 truncates the root. */
  readonly maxNodes: number;
}

/** A node of an expanded subject set (contract: expand §2, §4). */
export interface ExpandTree {
  readonly kind: 'union' | 'intersection' | 'exclusion' | 'leaf';
  /** Undefined for negations and nested groups. */
  readonly subject: Subject | undefined;
  readonly children: readonly ExpandTree[];
}

export interface ExpandResult {
  readonly revision: Revision;
  /** Undefined when strict mode knows no such relation. */
  readonly tree: ExpandTree | undefined;
}

export interface ExplainOptions extends EvaluationOptions {
  /** How many steps the explanation may have, at least 1. */
  readonly maxSteps: number;
}

export interface ExplainResult {
  readonly revision: Revision;
  /** What `check` answers at this revision. */
  readonly answer: CheckAnswer;
  readonly explanation: Explanation;
}

/** Answers questions about permissions. Namespaces and subjects of the questions have been checked by the caller. */
export interface PermissionEngine {
  /**
   * Checks all questions at one revision. Errors of one question are its answer; only what
   * ends the whole call (storage, cancellation) is thrown.
   */
  check(questions: readonly RelationTuple[], options: EvaluationOptions): Promise<CheckResult>;
  /** The tree of a set's members, at one revision. */
  expand(set: SubjectSet, options: ExpandOptions): Promise<ExpandResult>;
  /** Checks one question, and tells why it has its answer. Thrown is what `check` throws. */
  explain(question: RelationTuple, options: ExplainOptions): Promise<ExplainResult>;
}
