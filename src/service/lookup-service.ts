import { create } from '@bufbuild/protobuf';
import {
  type ListObjectsRequest,
  type ListObjectsResponse,
  ListObjectsResponseSchema,
  type ListPermissionsRequest,
  type ListPermissionsResponse,
  ListPermissionsResponseSchema,
  type ListSubjectsRequest,
  type ListSubjectsResponse,
  ListSubjectsResponseSchema,
  type StreamObjectsRequest,
  type StreamObjectsResponse,
  StreamObjectsResponseSchema,
  type StreamSubjectsRequest,
  type StreamSubjectsResponse,
  StreamSubjectsResponseSchema,
} from '#gen/stheno/v1/lookup_service_pb.js';
import type {
  CheckAnswer,
  EvaluationOptions,
  List,
  ListPosition,
  ObjectsQuestion,
  PermissionEngine,
  SubjectsQuestion,
} from '../engine/permission-engine.ts';
import { InvalidArgumentError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import type { ObservedList } from '../observability/list-metrics.ts';
import type { Subject } from '../tuple/relation-tuple.ts';
import type { ModelAnswers } from './fresh-models.ts';
import { type Freshness, freshnessOfConsistency } from './freshness.ts';
import { limitationName } from './limitation-name.ts';
import {
  listLimitationName,
  objectsBinding,
  objectsQuestion,
  subjectsBinding,
  subjectsQuestion,
} from './lookup-messages.ts';
import { subjectToProto, tupleFromProto } from './messages.ts';
import type { PagedQuestion, PageTokens } from './page-tokens.ts';
import { requireNamespaces } from './query-namespaces.ts';
import type { Call } from './rpc-service.ts';
import { effectiveDepth, type Settings } from './settings.ts';
import type { Snaptokens } from './snaptokens.ts';
import { streamParts } from './stream-parts.ts';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1000;

/** What requests have in common. */
type Asked = Pick<ListObjectsRequest, 'maxDepth' | 'consistency'>;
type AskedPage = Asked & Pick<ListObjectsRequest, 'pageSize' | 'pageToken'>;

/** Told of every list, for metrics. */
export interface ListObserver {
  listed(list: ObservedList): void;
}

/** A list, and the version of the model that it comes from. */
type ModelList<T> = List<T> & { readonly modelId: string };

/** LookupService of stheno.v1. */
export class LookupService {
  readonly #engine: Pick<PermissionEngine, 'check' | 'listObjects' | 'listSubjects'>;
  readonly #models: ModelAnswers;
  readonly #pageTokens: PageTokens;
  readonly #snaptokens: Snaptokens;
  readonly #settings: () => Settings;
  readonly #observer: ListObserver | undefined;

  constructor(dependencies: {
    engine: Pick<PermissionEngine, 'check' | 'listObjects' | 'listSubjects'>;
    models: ModelAnswers;
    pageTokens: PageTokens;
    snaptokens: Snaptokens;
    settings: () => Settings;
    observer?: ListObserver | undefined;
  }) {
    this.#engine = dependencies.engine;
    this.#models = dependencies.models;
    this.#pageTokens = dependencies.pageTokens;
    this.#snaptokens = dependencies.snaptokens;
    this.#settings = dependencies.settings;
    this.#observer = dependencies.observer;
  }

  /** @throws {SthenoError} as a check, for a question without a subject and for unknown names, and for a token of another question */
  async listObjects(request: ListObjectsRequest, call: Call): Promise<ListObjectsResponse> {
    const question = objectsQuestion(request);
    const binding = objectsBinding(question);
    const page = this.#page(request, binding);
    const list = await this.#objects(question, request, call, page);
    return create(ListObjectsResponseSchema, {
      objects: [...list.found],
      nextPageToken: this.#tokenOf(list, binding),
      snaptoken: this.#snaptokens.format(list.revision),
      modelId: list.modelId,
      limitation: listLimitationName(list.limitation),
    });
  }

  /** The whole list is made before its first part is sent: it is of one revision, however slow its reader. */
  async *streamObjects(request: StreamObjectsRequest, call: Call): AsyncGenerator<StreamObjectsResponse, void> {
    const list = await this.#objects(objectsQuestion(request), request, call, {});
    const snaptoken = this.#snaptokens.format(list.revision);
    for (const { items, isLast } of streamParts(list.found, (object) => object.length)) {
      const limitation = listLimitationName(isLast ? list.limitation : undefined);
      yield create(StreamObjectsResponseSchema, { objects: items, snaptoken, limitation, modelId: list.modelId });
    }
  }

  /** @throws {SthenoError} as `listObjects`, and for a filter that contradicts itself */
  async listSubjects(request: ListSubjectsRequest, call: Call): Promise<ListSubjectsResponse> {
    const question = subjectsQuestion(request);
    const binding = subjectsBinding(question);
    const page = this.#page(request, binding);
    const list = await this.#subjects(question, request, call, page);
    return create(ListSubjectsResponseSchema, {
      subjects: list.found.map(subjectToProto),
      nextPageToken: this.#tokenOf(list, binding),
      snaptoken: this.#snaptokens.format(list.revision),
      modelId: list.modelId,
      limitation: listLimitationName(list.limitation),
    });
  }

  /** Made as `streamObjects` makes its list. */
  async *streamSubjects(request: StreamSubjectsRequest, call: Call): AsyncGenerator<StreamSubjectsResponse, void> {
    const list = await this.#subjects(subjectsQuestion(request), request, call, {});
    const snaptoken = this.#snaptokens.format(list.revision);
    for (const { items, isLast } of streamParts(list.found, lengthOf)) {
      const limitation = listLimitationName(isLast ? list.limitation : undefined);
      const subjects = items.map(subjectToProto);
      yield create(StreamSubjectsResponseSchema, { subjects, snaptoken, limitation, modelId: list.modelId });
    }
  }

  /** @throws {SthenoError} as a check */
  async listPermissions(request: ListPermissionsRequest, call: Call): Promise<ListPermissionsResponse> {
    const tuple = tupleFromProto({ ...request, relation: '' });
    const freshness = this.#freshness(request, call);
    const startedMs = performance.now();
    const ask = async (model: Model) => {
      requireNamespaces(tuple, model);
      const relations = this.#asked(request, model);
      const questions = relations.map((relation) => ({ ...tuple, relation }));
      const checked = await this.#engine.check(questions, this.#options(request, { model, freshness, call }));
      return { ...checked, relations, modelId: model.id };
    };
    const { answers, relations, revision, source, modelId } = await this.#models.answer(ask, freshness, call);
    const answered = answers.map((answer, i) => ({ answer, relation: relations[i] as string })); // one answer each
    const undetermined = answered.filter(({ answer }) => isUndetermined(answer));
    const [first] = undetermined;
    const limitation = first === undefined ? '' : limitationName(first.answer);
    this.#observe({ kind: 'permissions', limitation, source }, startedMs);
    return create(ListPermissionsResponseSchema, {
      relations: answered.filter(({ answer }) => answer.kind === 'member').map(({ relation }) => relation),
      undetermined: undetermined.map(({ answer, relation }) => ({ relation, limitation: limitationName(answer) })),
      snaptoken: this.#snaptokens.format(revision),
      modelId,
    });
  }

  /** Each once: those of the request, else what the model declares. */
  #asked({ namespace, relations }: ListPermissionsRequest, model: Model): string[] {
    const { maxBatchCheckSize } = this.#settings();
    if (relations.length > maxBatchCheckSize) {
      throw new InvalidArgumentError({ message: `more than ${maxBatchCheckSize} relations are asked for` });
    }
    if (relations.length > 0) return [...new Set(relations)];
    const declared = model.require(namespace).relations.map(({ name }) => name);
    return [...new Set(declared)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  async #objects(question: ObjectsQuestion, request: Asked, call: Call, page: Page): Promise<ModelList<string>> {
    const freshness = this.#freshness(request, call);
    const startedMs = performance.now();
    const ask = async (model: Model) => {
      requireNamespaces(question, model);
      const options = { ...this.#options(request, { model, freshness, call }), ...page };
      return { ...(await this.#engine.listObjects(question, options)), modelId: model.id };
    };
    const list = await this.#models.answer(ask, freshness, call);
    const { source } = list;
    this.#observe({ kind: 'objects', limitation: listLimitationName(list.limitation), source }, startedMs);
    return list;
  }

  async #subjects(question: SubjectsQuestion, request: Asked, call: Call, page: Page): Promise<ModelList<Subject>> {
    const freshness = this.#freshness(request, call);
    const startedMs = performance.now();
    const ask = async (model: Model) => {
      model.require(question.set.namespace);
      if (question.filter?.namespace !== undefined) model.require(question.filter.namespace);
      const options = { ...this.#options(request, { model, freshness, call }), ...page };
      return { ...(await this.#engine.listSubjects(question, options)), modelId: model.id };
    };
    const list = await this.#models.answer(ask, freshness, call);
    const { source } = list;
    this.#observe({ kind: 'subjects', limitation: listLimitationName(list.limitation), source }, startedMs);
    return list;
  }

  #freshness({ consistency }: Asked, call: Call): Freshness {
    return freshnessOfConsistency(consistency, call, this.#snaptokens);
  }

  #options(
    { maxDepth }: Asked,
    { model, freshness, call }: { model: Model; freshness: Freshness; call: Call },
  ): EvaluationOptions {
    const settings = this.#settings();
    return {
      model,
      strict: settings.strict,
      maxDepth: effectiveDepth(maxDepth, settings),
      ...freshness,
      cancellation: call,
    };
  }

  #page({ pageSize, pageToken }: AskedPage, binding: PagedQuestion): Page {
    const limit = pageSize < 1 ? DEFAULT_PAGE_SIZE : Math.min(pageSize, MAX_PAGE_SIZE);
    return { limit, after: pageToken === '' ? undefined : this.#pageTokens.open(pageToken, binding) };
  }

  #tokenOf({ next }: List<unknown>, binding: PagedQuestion): string {
    return next === undefined ? '' : this.#pageTokens.seal(binding, next);
  }

  #observe(list: Omit<ObservedList, 'durationMs'>, startedMs: number): void {
    this.#observer?.listed({ ...list, durationMs: performance.now() - startedMs });
  }
}

interface Page {
  readonly limit?: number;
  readonly after?: ListPosition | undefined;
}

function lengthOf(subject: Subject): number {
  if (subject.kind === 'id') return subject.id.length;
  return subject.namespace.length + subject.object.length + subject.relation.length;
}

function isUndetermined({ kind }: CheckAnswer): boolean {
  return kind === 'unknown' || kind === 'error';
}
