import type { SthenoError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import type { Revision } from '../persistence/revision.ts';
import type { RelationTuple, Subject, SubjectSet } from '../tuple/relation-tuple.ts';
import type { Cancellation } from './cancellation.ts';
import type { Explanation } from './explanation.ts';
import type { Limitation, Membership } from './membership.ts';

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

/** On which objects of the namespace does the subject have the relation or permit? */
export interface ObjectsQuestion {
  readonly namespace: string;
  readonly relation: string;
  readonly subject: Subject;
}

/** Which subjects are in the set? */
export interface SubjectsQuestion {
  readonly set: SubjectSet;
  readonly filter?: SubjectFilter | undefined;
}

/** What is given must be so; a namespace and a relation are those of subject sets. */
export interface SubjectFilter {
  readonly kind?: 'id' | 'set' | undefined;
  readonly namespace?: string | undefined;
  readonly relation?: string | undefined;
}

/** A place in a list, good for the same question only: a few strings without NUL characters, together below 2 KiB. */
export type ListPosition = readonly string[];

export interface ListOptions extends EvaluationOptions {
  /** How many at most, at least 1. Without it the list has no end. */
  readonly limit?: number | undefined;
  /** Only what stands behind this place. */
  readonly after?: ListPosition | undefined;
}

/** Why something that may belong into a list is not in it. */
export type ListLimitation = Limitation | 'undeclared-relation' | 'contradiction';

/** What the checks say yes to. */
export interface Listed<T> {
  /**
   * Each once, in the order of listed tuples: by bytes, subject ids before subject sets. Names that are beyond 240 bytes
   * or have a NUL character stand in it by what is before, and then by a digest.
   */
  readonly found: readonly T[];
  /** For `after` of the list that goes on behind this one; undefined when nothing follows. */
  readonly next: ListPosition | undefined;
  /** Of the first that is missing because its check had no answer. */
  readonly limitation: ListLimitation | undefined;
}

export interface List<T> extends Listed<T> {
  /** The one revision of the list. */
  readonly revision: Revision;
  readonly source?: FactsFrom;
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
  /**
   * All objects of the namespace that `check` says yes to, of those that a tuple is stored of: where rules
   * negate, the answer for others may be yes too, but they are endless.
   * @throws {UndeclaredRelationError} as each of the checks would; else what `check` throws
   */
  listObjects(question: ObjectsQuestion, options: ListOptions): Promise<List<string>>;
  /** All subjects that `check` says yes to, of those that are stored as a subject anywhere. Thrown is what `listObjects` throws. */
  listSubjects(question: SubjectsQuestion, options: ListOptions): Promise<List<Subject>>;
}
