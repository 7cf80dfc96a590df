import type { CheckAnswer, ObjectsQuestion, SubjectsQuestion } from '../../engine/permission-engine.ts';
import type { RelationTuple, Subject } from '../../tuple/relation-tuple.ts';
import type { OrderedCandidates, TextPlace } from './ordered-candidates.ts';

/** The stored tuples at one revision, as lists of objects and subjects are made from them. */
export interface LookupFacts {
  /** The objects that may be in the list, as many of them as stand behind a place, or more. */
  objects(question: ObjectsQuestion, after: TextPlace | undefined): Promise<OrderedCandidates<string>>;
  /** The subjects that may be in the list, likewise. */
  subjects(question: SubjectsQuestion, after: TextPlace | undefined): Promise<OrderedCandidates<Subject>>;
  /** What a check answers. */
  decide(questions: readonly RelationTuple[]): Promise<readonly CheckAnswer[]>;
  /** To be called after each millisecond of work: lets others run when it is their turn. @throws when the request was given up */
  pause(): Promise<void> | undefined;
}
