/** The name of a set of subjects: the members of a group, or an object itself where the relation is empty. */
export type SetName = readonly [namespace: string, object: string, relation: string];

/** A stored tuple; a plain text is the id of a subject. */
export interface StoredTuple {
  readonly set: SetName;
  readonly subject: SetName | string;
}

/** One check, and what the data's own oracle says about it. */
export interface AskedCheck {
  readonly set: SetName;
  readonly user: string;
  readonly isAllowed: boolean;
}

/** Checks of one kind. */
export interface QuestionClass {
  readonly name: string;
  /** In words, for tables. */
  readonly title: string;
  /** Checks in one request: 1 is a check, more a batch check. */
  readonly batchSize: number;
  /** A multiple of `batchSize`. */
  readonly checks: readonly AskedCheck[];
}

/** Stored tuples with questions about them. Equal sizes give equal data, down to the order. */
export interface Dataset {
  readonly name: string;
  readonly classes: readonly QuestionClass[];
  /** All tuples, each once; can be walked again and again. */
  tuples(): Iterable<StoredTuple>;
  /** Tuples that are not among them and change no answer to a question: what is written while questions are asked. */
  newTuple(index: number): StoredTuple;
}

/** How large a dataset is built. */
export interface DatasetSize {
  /** Tuples of the two large datasets, `direct` and `drive`; the others grow with it. */
  readonly tuples: number;
  /** Distinct questions of a class. */
  readonly questions: number;
}

/** Half of the questions from either side, in turns: `pick` is asked until it has one with the wanted answer. */
export function halfAllowed(count: number, pick: (isAllowed: boolean) => AskedCheck): AskedCheck[] {
  return Array.from({ length: count }, (_, index) => {
    const isAllowed = index % 2 === 0;
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const check = pick(isAllowed);
      if (check.isAllowed === isAllowed) return check;
    }
    throw new Error(`the data holds no question whose answer is ${isAllowed}`);
  });
}
