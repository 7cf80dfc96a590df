import type { Model } from '../namespace/model.ts';
import { canLose, type LostReference, lostReferences } from '../namespace/orphan-rule.ts';
import { type ModelChange, modelChanges } from '../opl/model-changes.ts';
import type { ModelSurvey, TupleSurvey } from '../persistence/stored-models.ts';
import type { RelationTuple } from '../tuple/relation-tuple.ts';

/** How many tuples are shown of those that lose the same. */
const MAX_EXAMPLES = 3;

/** Stored tuples that lose the same. */
export interface Orphans extends LostReference {
  readonly count: number;
  readonly examples: readonly RelationTuple[];
}

export interface OrphanReport {
  readonly orphans: readonly Orphans[];
  /** How many tuples lose something, each counted once. */
  readonly count: number;
}

export const NO_ORPHANS: OrphanReport = { orphans: [], count: 0 };

/** One model that takes the place of another. */
export class ModelComparison {
  readonly #before: Model;
  readonly #after: Model;

  constructor({ before, after }: { before: Model; after: Model }) {
    this.#before = before;
    this.#after = after;
  }

  get changes(): readonly ModelChange[] {
    return modelChanges(this.#before, this.#after);
  }

  /** Finds the stored tuples that lose something; undefined when none can. */
  survey(onReport: (report: OrphanReport) => void): ModelSurvey | undefined {
    const [before, after] = [this.#before, this.#after];
    if (!canLose(before, after)) return undefined;
    return {
      isWanted: (shape) => lostReferences(shape, before, after).length > 0,
      surveyed: (found) => onReport(this.#report(found)),
    };
  }

  #report(found: readonly TupleSurvey[]): OrphanReport {
    const groups = new Map<string, { lost: LostReference; count: number; examples: RelationTuple[] }>();
    let count = 0;
    for (const { shape, count: tuples, examples } of found) {
      count += tuples;
      for (const lost of lostReferences(shape, this.#before, this.#after)) {
        const key = JSON.stringify(lost);
        const group = groups.get(key) ?? { lost, count: 0, examples: [] };
        group.count += tuples;
        group.examples.push(...examples.slice(0, MAX_EXAMPLES - group.examples.length));
        groups.set(key, group);
      }
    }
    const orphans = Array.from(groups.values(), ({ lost, ...told }) => ({ ...lost, ...told }));
    return { orphans, count };
  }
}
