import { setTimeout } from 'node:timers/promises';
import { expandSet } from '../engine/expand-set.ts';
import type {
  CheckResult,
  EvaluationOptions,
  ExpandOptions,
  ExpandResult,
  PermissionEngine,
} from '../engine/permission-engine.ts';
import { SthenoError } from '../errors.ts';
import type { Persister } from '../persistence/persister.ts';
import type { Revision } from '../persistence/revision.ts';
import type { Facts, Frontier, TupleReader } from '../persistence/tuple-reader.ts';
import type { RelationTuple, SubjectSet } from '../tuple/relation-tuple.ts';
import { cancellation, throwIfAborted } from './cancellation.ts';
import { FrontierBatcher } from './frontier-batcher.ts';
import { LeveledCheck } from './leveled-check.ts';

/** What the engine needs of the storage. */
export type EngineStorage = Pick<Persister, 'readFacts' | 'listTuples' | 'readSnapshot' | 'readRevision'>;

/** Questions that were evaluated to their end, at one revision. */
interface Run {
  readonly check: LeveledCheck;
  readonly revision: Revision;
  readonly levels: number;
  readonly queries: number;
}

type ReadFacts = TupleReader['readFacts'];

/** A check that reaches this many steps is cut: a second of work, and more sets than anybody means to nest. */
const DEFAULT_MAX_STEPS = 1_000_000;
/** How often a check is evaluated while writes come between its levels, before it takes a snapshot. */
const MAX_TRIES = 3;
/** How long a read waits for a revision that the database does not have yet, as with a replica that lags. */
const FRESHNESS_WAIT_MS = 2000;
const FRESHNESS_POLL_MS = 10;

/** Answers from the database: each breadth-first level of an evaluation is one read, shared with the requests that wait. */
export class SqlPermissionEngine implements PermissionEngine {
  readonly #persister: EngineStorage;
  readonly #batcher: FrontierBatcher;
  readonly #maxSteps: number;

  constructor({ persister, maxSteps = DEFAULT_MAX_STEPS }: { persister: EngineStorage; maxSteps?: number }) {
    this.#persister = persister;
    this.#batcher = new FrontierBatcher({ reader: persister });
    this.#maxSteps = maxSteps;
  }

  async check(questions: readonly RelationTuple[], options: EvaluationOptions): Promise<CheckResult> {
    const { check, revision, levels, queries } = await asCancellation(options.signal, () =>
      this.#run(questions, options),
    );
    return { revision, answers: check.answers(), levels, queries };
  }

  async expand(set: SubjectSet, options: ExpandOptions): Promise<ExpandResult> {
    const { minRevision, signal } = options;
    return asCancellation(signal, async () => {
      throwIfAborted(signal);
      if (minRevision !== undefined)
        await awaitRevision(minRevision, () => this.#persister.readRevision({ signal }), signal);
      return this.#persister.readSnapshot(
        async (reader) => ({
          revision: await reader.readRevision({ signal }),
          tree: await expandSet(set, { ...options, reader, maxTreeNodes: this.#maxSteps }),
        }),
        { signal },
      );
    });
  }

  async #run(questions: readonly RelationTuple[], options: EvaluationOptions): Promise<Run> {
    const { signal } = options;
    let queries = 0;
    const shared: ReadFacts = (frontier, readOptions) => {
      queries++;
      return this.#batcher.readFacts(frontier, readOptions);
    };
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const run = await this.#evaluate(questions, options, shared);
      if (run !== undefined) return { ...run, queries };
    }
    return this.#persister.readSnapshot(
      async (reader) => {
        const run = await this.#evaluate(questions, options, (frontier) => {
          queries++;
          return reader.readFacts(frontier, { signal });
        });
        if (run === undefined) throw new Error('BUG: a snapshot changed its revision');
        return { ...run, queries };
      },
      { signal },
    );
  }

  /** Undefined when the levels saw different revisions. */
  async #evaluate(
    questions: readonly RelationTuple[],
    options: EvaluationOptions,
    read: ReadFacts,
  ): Promise<Omit<Run, 'queries'> | undefined> {
    const { signal, minRevision } = options;
    const check = new LeveledCheck({ questions, options, maxSteps: this.#maxSteps });
    let revision: Revision | undefined;
    let levels = 0;
    throwIfAborted(signal);
    for (let level = await check.nextLevel(); level !== undefined; level = await check.nextLevel()) {
      throwIfAborted(signal);
      const facts = await this.#readLevel(
        level.frontier,
        read,
        revision === undefined ? minRevision : undefined,
        signal,
      );
      revision ??= facts.revision;
      if (facts.revision !== revision) return undefined;
      level.apply(facts);
      levels++;
    }
    revision ??= (await this.#readLevel({ tuples: [], sets: [] }, read, minRevision, signal)).revision;
    return { check, revision, levels };
  }

  /** Reads a level; a first one again and again until it is fresh enough. */
  async #readLevel(
    frontier: Frontier,
    read: ReadFacts,
    minRevision: Revision | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Facts> {
    let facts = await read(frontier, { signal });
    if (minRevision === undefined || facts.revision >= minRevision) return facts;
    const again = async (): Promise<Revision> => {
      facts = await read(frontier, { signal });
      return facts.revision;
    };
    await awaitRevision(minRevision, again, signal);
    return facts;
  }
}

/** Polls until a revision is there. @throws {SthenoError} `failed_precondition` when it does not come */
async function awaitRevision(
  minRevision: Revision,
  read: () => Promise<Revision>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const giveUpAt = performance.now() + FRESHNESS_WAIT_MS;
  for (let revision = await read(); revision < minRevision; revision = await read()) {
    if (performance.now() > giveUpAt) {
      throw new SthenoError('failed_precondition', {
        reason: `revision ${minRevision} is not available, the newest is ${revision}`,
      });
    }
    await setTimeout(FRESHNESS_POLL_MS, undefined, { signal });
  }
}

/** Whatever fails because the signal aborted is reported as the signal's reason. */
async function asCancellation<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw signal?.aborted === true && !(error instanceof SthenoError) ? cancellation(signal.reason) : error;
  }
}
