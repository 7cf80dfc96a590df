import { create } from '@bufbuild/protobuf';
import { type ExplainRequest, type ExplainResponse, ExplainResponseSchema } from '#gen/stheno/v1/explain_service_pb.js';
import type { PermissionEngine } from '../engine/permission-engine.ts';
import { MissingSubjectError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import { explanationToProto, membershipToProto } from './explain-messages.ts';
import type { ModelAnswers } from './fresh-models.ts';
import { freshnessOfConsistency } from './freshness.ts';
import { limitationName } from './limitation-name.ts';
import { tupleFromProto } from './messages.ts';
import { requireNamespaces } from './query-namespaces.ts';
import type { Call } from './rpc-service.ts';
import { RuleLocator } from './rule-locator.ts';
import { effectiveDepth, type Settings } from './settings.ts';
import type { Snaptokens } from './snaptokens.ts';

const DEFAULT_STEPS = 1000;
const MOST_STEPS = 10_000;

/** Tells why a check has its answer. What a check would be refused for is an answer here, with its explanation. */
export class ExplainService {
  readonly #engine: Pick<PermissionEngine, 'explain'>;
  readonly #models: ModelAnswers;
  readonly #snaptokens: Snaptokens;
  readonly #settings: () => Settings;

  constructor(dependencies: {
    engine: Pick<PermissionEngine, 'explain'>;
    models: ModelAnswers;
    snaptokens: Snaptokens;
    settings: () => Settings;
  }) {
    this.#engine = dependencies.engine;
    this.#models = dependencies.models;
    this.#snaptokens = dependencies.snaptokens;
    this.#settings = dependencies.settings;
  }

  /** @throws {SthenoError} as a check, for a question without a subject and for unknown namespaces */
  async explain(request: ExplainRequest, call: Call): Promise<ExplainResponse> {
    if (request.tuple === undefined) throw new MissingSubjectError();
    const question = tupleFromProto(request.tuple);
    const settings = this.#settings();
    const freshness = freshnessOfConsistency(request.consistency, call, this.#snaptokens);
    const options = {
      strict: settings.strict,
      maxDepth: effectiveDepth(request.maxDepth, settings),
      maxSteps: request.maxSteps < 1 ? DEFAULT_STEPS : Math.min(request.maxSteps, MOST_STEPS),
      ...freshness,
      cancellation: call,
    };
    const ask = async (model: Model) => {
      requireNamespaces(question, model);
      return { ...(await this.#engine.explain(question, { ...options, model })), model };
    };
    const { answer, explanation, revision, model } = await this.#models.answer(ask, freshness, call);
    const { root, truncated } = explanationToProto(explanation.root, new RuleLocator(model));
    return create(ExplainResponseSchema, {
      membership: membershipToProto(answer),
      limitation: limitationName(answer),
      root,
      truncated: truncated || explanation.truncated,
      snaptoken: this.#snaptokens.format(revision),
      modelId: model.id,
    });
  }
}
