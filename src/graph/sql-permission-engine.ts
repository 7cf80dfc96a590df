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
  List,
  Listed,
  ListOptions,
  ObjectsQuestion,
  PermissionEngine,
  SubjectsQuestion,
} from '../engine/permission-engine.ts';
import { SthenoError } from '../errors.ts';
import type { Persister } from '../persistence/persister.ts';
import type { TupleReader } from '../persistence/tuple-reader.ts';
import type { RelationTuple, Subject, SubjectSet } from '../tuple/relation-tuple.ts';
import { awaitRevision } from './await-revision.ts';
import { cancellationError, throwIfGivenUp } from './cancellation.ts';
import { CheckedState, type Reads } from './checked-state.ts';
import { EvaluationPool } from './evaluation-pool.ts';
import { explainCheck } from './explain-check.ts';
import { FrontierBatcher } from './frontier-batcher.ts';
import { LeveledCheck } from './leveled-check.ts';
import { listObjects } from './lookup/list-objects.ts';
import { listSubjects } from './lookup/list-subjects.ts';
import type { LookupFacts } from './lookup/lookup-facts.ts';
import { StoredLookup } from './lookup/stored-lookup.ts';
import { MAX_LOADING_STEPS, MAX_STEPS } from './max-steps.ts';
import type { RecentSets } from './recent-sets.ts';

/** What the engine needs of the storage. */
export type EngineStorage = Pick<Persister, 'readFacts' | 'listTuples' | 'readSnapshot' | 'readRevision'>;

/** How often a check is evaluated while writes come between its levels, before it takes a snapshot. */
const MAX_TRIES = 3;
/** Answers from the database: each breadth-first level of an evaluation is one read, shared with the requests that wait. */
export class SqlPermissionEngine implements PermissionEngine {
  readonly #persister: EngineStorage;
  readonly #readShared: Reads['read'];
  readonly #maxSteps: number;
  readonly #pool = new EvaluationPool();
  readonly #source: FactsFrom;
  readonly #recent: RecentSets | undefined;

  constructor({
    persister,
    maxSteps = MAX_LOADING_STEPS,
    source = 'database',
    recent,
  }: {
    persister: EngineStorage;
    maxSteps?: number;
    /** Where what is read is kept for the checks that follow. */
    recent?: RecentSets | undefined;
    /** What the storage reads from, as answers tell it. */
    source?: FactsFrom;
  }) {
    this.#persister = persister;
    this.#source = source;
    this.#recent = recent;
    const batcher = new FrontierBatcher({ reader: persister });
    this.#readShared = (frontier, cancellation) => batcher.readFacts(frontier, cancellation);
    this.#maxSteps = maxSteps;
  }

  async check(questions: readonly RelationTuple[], options: EvaluationOptions): Promise<CheckResult> {
    try {
      const reads: Reads = { read: this.#readShared, recent: this.#recent, count: 0 };
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
      tree: await expandSet(set, { ...options, reader, maxTreeNodes: MAX_STEPS }),
    }));
  }

  /** Like an expand it reads a snapshot: it is asked seldom, and for more than the answer. */
  explain(question: RelationTuple, options: ExplainOptions): Promise<ExplainResult> {
    return this.#readSnapshot(options, (reader) =>
      explainCheck(question, { ...options, reader, maxCheckSteps: this.#maxSteps, pool: this.#pool }),
    );
  }

  listObjects(question: ObjectsQuestion, options: ListOptions): Promise<List<string>> {
    return this.#list(options, (facts) => listObjects(question, options, facts));
  }

  listSubjects(question: SubjectsQuestion, options: ListOptions): Promise<List<Subject>> {
    return this.#list(options, (facts) => listSubjects(question, options, facts));
  }

  /** Like an expand it reads a snapshot: its candidates and the checks of them have to be of one state. */
  #list<T>(options: ListOptions, make: (facts: LookupFacts) => Promise<Listed<T>>): Promise<List<T>> {
    return this.#readSnapshot(options, async (reader) => {
      const decide: LookupFacts['decide'] = async (questions) =>
        (await this.#evaluateIn(reader, questions, options, 0)).answers;
      const list = await make(new StoredLookup({ reader, options, decide }));
      const revision = await reader.readRevision({ signal: options.cancellation?.signal });
      return { ...list, revision, source: this.#source };
    });
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
    return this.#persister.readSnapshot((reader) => this.#evaluateIn(reader, questions, options, count), { signal });
  }

  /** Checks against a snapshot. */
  async #evaluateIn(
    reader: TupleReader,
    questions: readonly RelationTuple[],
    options: EvaluationOptions,
    count: number,
  ): Promise<CheckResult> {
    const signal = options.cancellation?.signal;
    const read: Reads['read'] = (frontier) => reader.readFacts(frontier, { signal });
    const result = await this.#evaluate(questions, options, { read, recent: undefined, count });
    if (result === undefined) throw new Error('BUG: a snapshot changed its revision');
    return result;
  }

  /** Undefined when the levels saw different revisions. */
  async #evaluate(
    questions: readonly RelationTuple[],
    options: EvaluationOptions,
    reads: Reads,
  ): Promise<CheckResult | undefined> {
    const { cancellation } = options;
    const state = new CheckedState(reads, options);
    const check = new LeveledCheck({
      questions,
      options,
      maxSteps: this.#maxSteps,
      pool: this.#pool,
      known: state.known,
    });
    let levels = 0;
    for (;;) {
      throwIfGivenUp(cancellation);
      const next = check.advance();
      if (next === 'answered') break;
      if (next === 'paused') await setImmediate();
      else if (await state.load(next)) levels++;
      else return undefined;
    }
    const revision = await state.settle();
    if (revision === undefined) return undefined;
    const answers = check.answers();
    check.release();
    return { revision, answers, source: this.#source, levels, queries: reads.count };
  }
}

/** Whatever fails because the request was given up is reported as what it was given up for. */
function errorOf(error: unknown, cancellation: Cancellation | undefined): unknown {
  const reason = cancellation?.abortReason;
  return reason === undefined || error instanceof SthenoError ? error : cancellationError(reason);
}
