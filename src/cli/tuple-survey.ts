import type { RelationTuple } from '../tuple/relation-tuple.ts';

/** Tuples that the model does not allow for one reason. */
export interface Finding {
  readonly namespace: string;
  readonly relation: string;
  readonly message: string;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly RelationTuple[];
}

/** How many tuples are shown of each finding. */
const MAX_EXAMPLES = 3;
/** Beyond so many reasons the store is another model's, and only the number of tuples counts. */
const MAX_FINDINGS = 1000;

type OpenFinding = Finding & { count: number; readonly examples: RelationTuple[] };

/** Sorts tuples by what the model has against them, in bounded memory. */
export class TupleSurvey {
  readonly #problemOf: (tuple: RelationTuple) => { readonly message: string } | undefined;
  readonly #findings = new Map<string, OpenFinding>();
  #tuples = 0;
  #violations = 0;

  /** `problemOf`: why a tuple is not allowed, in words that are the same for all tuples with the same mistake. */
  constructor({ problemOf }: { problemOf: (tuple: RelationTuple) => { readonly message: string } | undefined }) {
    this.#problemOf = problemOf;
  }

  /** How many tuples were looked at. */
  get tuples(): number {
    return this.#tuples;
  }

  /** How many of them are not allowed. */
  get violations(): number {
    return this.#violations;
  }

  /** In the order in which they were met. */
  findings(): Finding[] {
    return [...this.#findings.values()];
  }

  add(tuple: RelationTuple): void {
    this.#tuples++;
    const problem = this.#problemOf(tuple);
    if (problem === undefined) return;
    this.#violations++;
    const { namespace, relation } = tuple;
    const { message } = problem;
    const key = JSON.stringify([namespace, relation, message]);
    let finding = this.#findings.get(key);
    if (finding === undefined) {
      if (this.#findings.size === MAX_FINDINGS) return;
      finding = { namespace, relation, message, count: 0, examples: [] };
      this.#findings.set(key, finding);
    }
    finding.count++;
    if (finding.examples.length < MAX_EXAMPLES) finding.examples.push(tuple);
  }
}
