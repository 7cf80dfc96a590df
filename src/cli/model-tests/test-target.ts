import type { Explanation } from '../../client/explain.ts';
import type { RelationTuple, Subject } from '../../tuple/relation-tuple.ts';
import type { ModelTest, ObjectsQuestion, SubjectsQuestion } from './test-file.ts';

/** What a list has in it, and why something may be missing; undefined when nothing is. */
export interface Found<T> {
  readonly found: readonly T[];
  readonly limitation: string | undefined;
}

/** What answers the questions of tests. Questions that are refused for what they say are a {@link RefusedQuestionError}. */
export interface TestTarget {
  /** Called before the questions of a test. */
  prepare(test: ModelTest): Promise<void>;
  explain(question: RelationTuple, maxDepth: number | undefined): Promise<Explanation>;
  listObjects(question: ObjectsQuestion, maxDepth: number | undefined): Promise<Found<string>>;
  listSubjects(question: SubjectsQuestion, maxDepth: number | undefined): Promise<Found<Subject>>;
}

/** Why a question has no answer at all. */
export class RefusedQuestionError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'RefusedQuestionError';
  }
}
