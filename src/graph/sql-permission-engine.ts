import { setImmediate } from 'node:timers/promises';
import type { Cancellation } from '../engine/cancellation.ts';
import { expandSet } from '../engine/expand-set.ts';
import type {
  CheckResult,
  EvaluationOptions,
  ExpandOptions,
  ExpandResult,
  ExplainOptions,
  ExplainResult,
  FactsFrom,
  PermissionEngine,
} from '../engine/permission-engine.ts';
import { SthenoError } from '../errors.ts';
import type { Persister } from '../persistence/persister.ts';
import type { Revision } from '../persistence/revision.ts';
import type { Facts, Frontier, TupleReader } from '../persistence/tuple-reader.ts';
import type { RelationTuple, SubjectSet } from '../tuple/relation-tuple.ts';
import { awaitRevision } from './await-revision.ts';
import { cancellationError, throwIfGivenUp } from './cancellation.ts';
import { EvaluationPool } from './evaluation-pool.ts';
import { explainCheck } from './explain-check.ts';
import { FrontierBatcher } from './frontier-batcher.ts';
import { LeveledCheck } from './leveled-check.ts';
import { MAX_STEPS } from './max-steps.ts';

/** What the engine needs of the storage. */
export type EngineStorage = Pick<Persister, 'readFacts' | 'listTuples' | 'readSnapshot' | 'readRevision'>;

/** Reads a level's facts, and counts how often it does. */
interface Reads {
  readonly read: (frontier: Frontier, cancellation: Cancellation | undefined) => Promise<Facts>;
  count: number;
}

/** How often a check is evaluated while writes come between its levels, before it takes a snapshot. */
const MAX_TRIES = 3;
/** Answers from the database: each breadth-first level of an evaluation is one read, shared with the requests that wait. */
export class SqlPermissionEngine implements PermissionEngine {
  readonly #persister: EngineStorage;
  readonly #readShared: Reads['read'];
  readonly #maxSteps: number;
  readonly #pool = new EvaluationPool();
  readonly #source: FactsFrom;

  constructor({
    persister,
    maxSteps = MAX_STEPS,
    source = 'database',
  }: {
    persister: EngineStorage;
    maxSteps?: number;
    /** What the storage reads from, as answers tell it. */
    source?: FactsFrom;
  }) {
    this.#persister = persister;
    this.#source = source;
    const batcher = new FrontierBatcher({ reader: persister });
    this.#readShared = (frontier, cancellation) => batcher.readFacts(frontier, cancellation);
    this.#maxSteps = maxSteps;
  }

  async check(questions: readonly RelationTuple[], options: EvaluationOptions): Promise<CheckResult> {
    try {
      const reads: Reads = { read: this.#readShared, count: 0 };
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const result = await this.#evaluate(questions, options, reads);
        if (result !== undefined) return result;
      }
      return await this.#checkSnapshot(questions, options, reads.count);
    } catch (error) {
      throw errorOf(error, options.cancellation);
    }
  }

  expand(set: SubjectSet, options: ExpandOptions): Promise<ExpandResult> {
    return this.#readSnapshot(options, async (reader) => ({
      revision: await reader.readRevision({ signal: options.cancellation?.signal }),
      tree: await expandSet(set, { ...options, reader, maxTreeNodes: this.#maxSteps }),
    }));
  }

  /** Like an expand it reads a snapshot: it is asked seldom, and for more than the answer. */
  explain(question: RelationTuple, options: ExplainOptions): Promise<ExplainResult> {
    return this.#readSnapshot(options, (reader) =>
      explainCheck(question, { ...options, reader, maxCheckSteps: this.#maxSteps, pool: this.#pool }),
    );
  }

  /** Reads one state that is fresh enough. */
  async #readSnapshot<T>(
    { minRevision, cancellation }: EvaluationOptions,
    read: (reader: TupleReader) => Promise<T>,
  ): Promise<T> {
    const signal = cancellation?.signal;
    try {
      throwIfGivenUp(cancellation);
      if (minRevision !== undefined) {
        await awaitRevision(minRevision, () => this.#persister.readRevision({ signal }), cancellation);
      }
      return await this.#persister.readSnapshot(read, { signal });
    } catch (error) {
      throw errorOf(error, cancellation);
    }
  }

  /** What writes cannot come between. `count` reads were made before. */
  #checkSnapshot(questions: readonly RelationTuple[], options: EvaluationOptions, count: number): Promise<CheckResult> {
    const signal = options.cancellation?.signal;
    return this.#persister.readSnapshot(
      async (reader) => {
        const reads: Reads = { read: (frontier) => reader.readFacts(frontier, { signal }), count };
        const result = await this.#evaluate(questions, options, reads);
        if (result === undefined) throw new Error('BUG: a snapshot changed its revision');
        return result;
      },
      { signal },
    );
  }

  /** Undefined when the levels saw different revisions. */
  async #evaluate(
    questions: readonly RelationTuple[],
    options: EvaluationOptions,
    reads: Reads,
  ): Promise<CheckResult | undefined> {
    const { cancellation, minRevision = 0 } = options;
    const check = new LeveledCheck({ questions, options, maxSteps: this.#maxSteps, pool: this.#pool });
    let revision: Revision | undefined;
    let levels = 0;
    for (;;) {
      throwIfGivenUp(cancellation);
      const next = check.advance();
      if (next === 'answered') break;
      if (next === 'paused') {
        await setImmediate();
        continue;
      }
      reads.count++;
      let facts = await reads.read(next.frontier, cancellation);
      if (levels === 0 && facts.revision < minRevision) {
        facts = await readFresh(next.frontier, reads, minRevision, cancellation);
      }
      revision ??= facts.revision;
      if (facts.revision !== revision) return undefined;
      next.apply(facts);
      levels++;
    }
    revision ??= (await readFresh(NOTHING, reads, minRevision, cancellation)).revision;
    const answers = check.answers();
    check.release();
    return { revision, answers, source: this.#source, levels, queries: reads.count };
  }
}

/** A level that asks for the revision alone. */
const NOTHING: Frontier = { tuples: [], sets: [] };

/** Reads a level, again and again until it is of `minRevision` or newer. */
async function readFresh(
  frontier: Frontier,
  reads: Reads,
  minRevision: Revision,
  cancellation: Cancellation | undefined,
): Promise<Facts> {
  let facts: Facts | undefined;
  const read = async (): Promise<Revision> => {
    reads.count++;
    facts = await reads.read(frontier, cancellation);
    return facts.revision;
  };
  await awaitRevision(minRevision, read, cancellation);
  if (facts === undefined) throw new Error('BUG: a revision came without being read');
  return facts;
}

/** Whatever fails because the request was given up is reported as what it was given up for. */
function errorOf(error: unknown, cancellation: Cancellation | undefined): unknown {
  const reason = cancellation?.abortReason;
  return reason === undefined || error instanceof SthenoError ? error : cancellationError(reason);
}
