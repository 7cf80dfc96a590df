import type { CheckAnswer, ObjectsQuestion, SubjectsQuestion } from '../../engine/permission-engine.ts';
import type { RelationTuple, Subject } from '../../tuple/relation-tuple.ts';

/** Something that may be in a list. */
export interface Found<T> {
  readonly value: T;
  /** Whether it is known that a check says yes. */
  readonly isMember: boolean;
}

/** The stored tuples at one revision, as lists of objects and subjects are made from them. */
export interface LookupFacts {
  /** The objects that may be in the list, each once, in no certain order; some hundreds at a time. */
  objects(question: ObjectsQuestion): AsyncGenerator<readonly Found<string>[], void>;
  /** The subjects that may be in the list, whatever its filter, each once, in no certain order; some hundreds at a time. */
  subjects(question: SubjectsQuestion): AsyncGenerator<readonly Found<Subject>[], void>;
  /** What a check answers. */
  decide(questions: readonly RelationTuple[]): Promise<readonly CheckAnswer[]>;
  /** To be called after each millisecond of work: lets others run when it is their turn. @throws when the request was given up */
  pause(): Promise<void> | undefined;
}
