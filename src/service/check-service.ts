import { create } from '@bufbuild/protobuf';
import {
  type BatchCheckRequest,
  type BatchCheckResponse,
  BatchCheckResponseSchema,
  type CheckRequest,
  type CheckResponse,
  CheckResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import type { Limitation } from '../engine/membership.ts';
import type {
  CheckAnswer,
  CheckResult,
  EvaluationOptions,
  FactsFrom,
  PermissionEngine,
} from '../engine/permission-engine.ts';
import { InvalidArgumentError, SthenoError, UndecidableError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import type { RelationTuple } from '../tuple/relation-tuple.ts';
import type { ModelAnswers } from './fresh-models.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import { type TupleParts, tupleFromProto } from './messages.ts';
import { nameModel } from './name-model.ts';
import { requireNamespaces } from './query-namespaces.ts';
import type { Call } from './rpc-service.ts';
import { effectiveDepth, type Settings } from './settings.ts';
import type { Snaptokens } from './snaptokens.ts';

/** A question that was answered. */
export interface AnsweredCheck {
  readonly answer: CheckAnswer['kind'];
  readonly limitation: Limitation | undefined;
  readonly source?: FactsFrom | undefined;
  /** Of an item of a batch: the time of the whole batch. */
  readonly durationMs: number;
  /** Levels of facts that were loaded; of an item of a batch: for the whole batch. */
  readonly levels?: number | undefined;
  /** Reads of the storage; of an item of a batch: for the whole batch. */
  readonly queries?: number | undefined;
}

/** Told of every answered question, for metrics. */
export interface CheckObserver {
  checked(check: AnsweredCheck): void;
}

/** Why a check that ran into its ceiling of steps has no answer, in every mode (contract: OPL C8). */
const TOO_MANY_STEPS =
  'The check was aborted after too many resolution steps. This usually indicates a cyclic permit reference in the namespace configuration.';

/** How many limitations of a batch are named one by one: all of a batch of the default size, within the headers that clients read. */
const MAX_NAMED_LIMITATIONS = 1000;

/** CheckService of the wire contract (contract: gRPC §5.1, §5.2). */
export class CheckService {
  readonly #engine: PermissionEngine;
  readonly #models: ModelAnswers;
  readonly #snaptokens: Snaptokens;
  readonly #settings: () => Settings;
  readonly #observer: CheckObserver | undefined;

  constructor(dependencies: {
    engine: PermissionEngine;
    models: ModelAnswers;
    snaptokens: Snaptokens;
    settings: () => Settings;
    observer?: CheckObserver | undefined;
  }) {
    this.#engine = dependencies.engine;
    this.#models = dependencies.models;
    this.#snaptokens = dependencies.snaptokens;
    this.#settings = dependencies.settings;
    this.#observer = dependencies.observer;
  }

  async check(request: CheckRequest, call: Call): Promise<CheckResponse> {
    const freshness = freshnessOf(request, call, this.#snaptokens);
    const settings = this.#settings();
    const startedMs = performance.now();
    const ask = (model: Model) => {
      const question = questionOf(request.tuple ?? request, model);
      return this.#engine.check([question], toOptions(request, { model, settings, freshness, call }));
    };
    const result = await this.#models.answer(ask, freshness, call);
    const answer = result.answers[0] as CheckAnswer; // one answer a question
    this.#observe(answer, result, startedMs);
    const error = errorOf(answer, settings.strict);
    if (error !== undefined) throw error;
    if (answer.kind === 'unknown') call.setHeader('stheno-limitation', answer.limitation.toUpperCase());
    // Spelled out, as protobuf-es lets messages of proto3 be: `create` would cost more than what is in it.
    return {
      $typeName: CheckResponseSchema.typeName,
      allowed: answer.kind === 'member',
      snaptoken: this.#snaptokens.format(result.revision),
    };
  }

  async batchCheck(request: BatchCheckRequest, call: Call): Promise<BatchCheckResponse> {
    const settings = this.#settings();
    const { maxBatchCheckSize } = settings;
    if (request.tuples.length > maxBatchCheckSize) {
      throw new InvalidArgumentError({ message: `batch exceeds max size of ${maxBatchCheckSize}` });
    }
    const freshness = freshnessOf(request, call, this.#snaptokens);
    const startedMs = performance.now();
    let questions: readonly (RelationTuple | SthenoError)[] = [];
    const ask = (model: Model) => {
      questions = request.tuples.map((tuple) => batchQuestionOf(tuple, model));
      const asked = questions.filter((question): question is RelationTuple => !(question instanceof SthenoError));
      return this.#engine.check(asked, toOptions(request, { model, settings, freshness, call }));
    };
    const checked = await this.#models.answer(ask, freshness, call);
    const answered = checked.answers.values();
    const results = questions.map(
      (question): CheckAnswer =>
        question instanceof SthenoError ? { kind: 'error', error: question } : (answered.next().value as CheckAnswer), // one answer a question, in order
    );
    for (const result of results) this.#observe(result, checked, startedMs);
    nameLimitations(results, call);
    const snaptoken = this.#snaptokens.format(checked.revision);
    return create(BatchCheckResponseSchema, {
      results: results.map((answer) => ({
        allowed: answer.kind === 'member',
        error: batchErrorText(answer, settings.strict),
        snaptoken,
      })),
    });
  }

  #observe(answer: CheckAnswer, { source, levels, queries }: CheckResult, startedMs: number): void {
    this.#observer?.checked({
      answer: answer.kind,
      limitation: answer.kind === 'unknown' ? answer.limitation : undefined,
      source,
      durationMs: performance.now() - startedMs,
      levels,
      queries,
    });
  }
}

function toOptions(
  { maxDepth: asked }: { maxDepth: number },
  { model, settings, freshness, call }: { model: Model; settings: Settings; freshness: Freshness; call: Call },
): EvaluationOptions {
  nameModel(call, model);
  const maxDepth = effectiveDepth(asked, settings);
  const { minRevision, mayBeStale } = freshness;
  return { model, strict: settings.strict, maxDepth, minRevision, mayBeStale, cancellation: call };
}

/** @throws when the subject is missing or a namespace is unknown, in this order */
function questionOf(message: TupleParts, model: Model): RelationTuple {
  const question = tupleFromProto(message);
  requireNamespaces(question, model);
  return question;
}

/** As questionOf, with the error as the result; the namespace is looked up before the subject. */
function batchQuestionOf(message: TupleParts, model: Model): RelationTuple | SthenoError {
  try {
    model.require(message.namespace);
    return questionOf(message, model);
  } catch (error) {
    if (error instanceof SthenoError) return error;
    throw error;
  }
}

/** The error that an answer means, if it means one: outside strict mode a used-up depth is a denial with a limitation. */
function errorOf(answer: CheckAnswer, strict: boolean): SthenoError | undefined {
  if (answer.kind === 'error') return answer.error;
  if (answer.kind !== 'unknown') return undefined;
  if (answer.limitation === 'nodes') return new UndecidableError(TOO_MANY_STEPS);
  return strict ? new UndecidableError('max_depth_exceeded') : undefined;
}

/** A batch carries messages only, but names a used-up depth by its reason (contract: gRPC §5.2). */
function batchErrorText(answer: CheckAnswer, strict: boolean): string {
  const error = errorOf(answer, strict);
  if (error === undefined) return '';
  return answer.kind === 'unknown' && answer.limitation === 'depth' ? 'max_depth_exceeded' : error.message;
}

/**
 * `stheno-limitation: 3=DEPTH,7=DEPTH` names the results that a limit kept from being determined. Where there are too
 * many, `*=DEPTH` at the end says that later denials are not certain either.
 */
function nameLimitations(results: readonly CheckAnswer[], call: Call): void {
  const named: string[] = [];
  for (const [index, answer] of results.entries()) {
    if (answer.kind !== 'unknown') continue;
    const isLast = named.length === MAX_NAMED_LIMITATIONS;
    named.push(`${isLast ? '*' : index}=${answer.limitation.toUpperCase()}`);
    if (isLast) break;
  }
  if (named.length > 0) call.setHeader('stheno-limitation', named.join(','));
}
