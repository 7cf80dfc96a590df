import { create } from '@bufbuild/protobuf';
import { ExplainRequestSchema } from '#gen/stheno/v1/explain_service_pb.js';
import { type Explanation, explanationFromProto } from '../../client/explain.ts';
import type { EvaluationOptions } from '../../engine/permission-engine.ts';
import { SthenoError } from '../../errors.ts';
import { SqlPermissionEngine } from '../../graph/sql-permission-engine.ts';
import { type OpenedPersister, openPersister } from '../../persistence/sql/open-persister.ts';
import { ExplainService } from '../../service/explain-service.ts';
import { tupleToProto } from '../../service/messages.ts';
import type { Call } from '../../service/rpc-service.ts';
import { Snaptokens } from '../../service/snaptokens.ts';
import type { RelationTuple, Subject } from '../../tuple/relation-tuple.ts';
import type { ModelTest, ObjectsQuestion, SubjectsQuestion, TestFile } from './test-file.ts';
import { type Found, RefusedQuestionError, type TestTarget } from './test-target.ts';

/** What a server follows when neither its configuration nor a request says more. */
const DEFAULT_DEPTH = 25;
const MAX_DEPTH = 65_535;
/** So that coverage sees all that an answer depends on. */
const MAX_STEPS = 10_000;

/** The real engine in this process, over an empty database in memory: each test has the tuples of its file and its own. */
export class LocalTarget implements TestTarget, AsyncDisposable {
  readonly #file: TestFile;
  readonly #persister: OpenedPersister;
  readonly #engine: SqlPermissionEngine;
  readonly #explain: ExplainService;

  static async open(file: TestFile): Promise<LocalTarget> {
    return new LocalTarget(file, await openPersister({ dsn: 'memory', autoMigrate: true }));
  }

  private constructor(file: TestFile, persister: OpenedPersister) {
    this.#file = file;
    this.#persister = persister;
    this.#engine = new SqlPermissionEngine({ persister });
    this.#explain = new ExplainService({
      engine: this.#engine,
      models: { answer: (ask) => ask(file.model) },
      snaptokens: new Snaptokens({ networkId: persister.networkId }),
      settings: () => ({ ...NO_LIMITS, strict: file.strict }),
    });
  }

  async prepare({ tuples }: ModelTest): Promise<void> {
    await this.#persister.deleteTuples({});
    const stored = [...this.#file.tuples, ...tuples];
    await this.#persister.writeTuples(stored.map(({ tuple }) => ({ action: 'insert', tuple })));
  }

  async explain(question: RelationTuple, maxDepth: number | undefined = DEFAULT_DEPTH): Promise<Explanation> {
    const request = create(ExplainRequestSchema, { tuple: tupleToProto(question), maxDepth, maxSteps: MAX_STEPS });
    return explanationFromProto(await orRefused(this.#explain.explain(request, CALL)));
  }

  async listObjects(question: ObjectsQuestion, maxDepth: number | undefined = DEFAULT_DEPTH): Promise<Found<string>> {
    return orRefused(this.#engine.listObjects(question, this.#options(maxDepth)));
  }

  async listSubjects(
    question: SubjectsQuestion,
    maxDepth: number | undefined = DEFAULT_DEPTH,
  ): Promise<Found<Subject>> {
    return orRefused(this.#engine.listSubjects(question, this.#options(maxDepth)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#persister[Symbol.asyncDispose]();
  }

  #options(maxDepth: number): EvaluationOptions {
    const { model, strict } = this.#file;
    return { model, strict, maxDepth };
  }
}

const NO_LIMITS = { expandRewrites: true, maxReadDepth: MAX_DEPTH, maxBatchCheckSize: 1, maxExpandSize: 1 };

/** Nobody gives up, and nothing is said beside the messages. */
const CALL: Call = {
  abortReason: undefined,
  signal: new AbortController().signal,
  header: () => undefined,
  setHeader: () => {},
};

async function orRefused<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw error instanceof SthenoError ? new RefusedQuestionError(error.reason ?? error.message) : error;
  }
}
