import type { Model } from '../../namespace/model.ts';
import type { Position } from '../../opl/diagnostic.ts';
import type { RelationTuple, Subject, SubjectSet } from '../../tuple/relation-tuple.ts';

/** A file of model tests, read. */
export interface TestFile {
  readonly path: string;
  /** Empty when nothing needs it. */
  readonly model: Model;
  /** Whether the model counts as strict, as `namespaces.experimental_strict_mode` makes it. */
  readonly strict: boolean;
  /** Stored before each test. */
  readonly tuples: readonly PlacedTuple[];
  readonly tests: readonly ModelTest[];
  /** The files that the outcome depends on, this one first. */
  readonly sources: readonly string[];
}

export interface PlacedTuple {
  readonly tuple: RelationTuple;
  readonly place: Position;
  /** What the model has against it. A server stores it nevertheless, unless it checks what is written. */
  readonly problem?: string;
}

export interface ModelTest {
  readonly name: string;
  readonly place: Position;
  /** Stored for this test only, besides those of the file. */
  readonly tuples: readonly PlacedTuple[];
  /** How many hops may be followed; undefined: as many as usual. */
  readonly maxDepth: number | undefined;
  readonly expectations: readonly Expectation[];
}

/** What is asked, and what must come out. */
export type Expectation = { readonly place: Position } & Expected;

type Expected =
  | { readonly kind: 'check'; readonly tuple: RelationTuple; readonly expected: CheckOutcome }
  | { readonly kind: 'objects'; readonly question: ObjectsQuestion; readonly expected: readonly string[] }
  | { readonly kind: 'subjects'; readonly question: SubjectsQuestion; readonly expected: readonly Subject[] };

export interface ObjectsQuestion {
  readonly namespace: string;
  readonly relation: string;
  readonly subject: Subject;
}

export interface SubjectsQuestion {
  readonly set: SubjectSet;
  readonly filter: { readonly kind?: 'id' | 'set'; readonly namespace?: string; readonly relation?: string };
}

export const CHECK_OUTCOMES = ['true', 'false', 'DEPTH', 'NODES', 'UNDECLARED_RELATION', 'CONTRADICTION'] as const;

/** A yes, a no, or what kept the check from being either. */
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];
