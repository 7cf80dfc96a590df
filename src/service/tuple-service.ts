import { create } from '@bufbuild/protobuf';
import {
  WriteRequest_Conflict as Conflict,
  type DeleteRequest,
  type DeleteResponse,
  DeleteResponseSchema,
  type ImportRequest,
  type ImportResponse,
  Precondition_Kind as PreconditionKind,
  type Precondition as PreconditionMessage,
  type WriteRequest,
  type WriteResponse,
  WriteResponseSchema,
} from '#gen/stheno/v1/tuple_service_pb.js';
import { InvalidArgumentError, NamespaceNotFoundError, SthenoError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import type { BulkTupleReader } from '../persistence/bulk-tuple-reader.ts';
import type { Precondition } from '../persistence/guarded-write.ts';
import type { TupleReader } from '../persistence/tuple-reader.ts';
import type { TupleWriter } from '../persistence/tuple-writer.ts';
import type { RelationQuery, TupleDelta } from '../tuple/relation-tuple.ts';
import type { NewestModel } from './fresh-models.ts';
import { mapInTurns } from './map-in-turns.ts';
import { queryFromProto } from './messages.ts';
import { unknownNamespace, unknownToNewest } from './query-namespaces.ts';
import type { Call } from './rpc-service.ts';
import type { SchemaCheck } from './schema-check.ts';
import type { Snaptokens } from './snaptokens.ts';
import { deltaFromChange } from './tuple-change-messages.ts';
import { TupleImport } from './tuple-import.ts';
import { requireWrittenNamespaces } from './written-namespaces.ts';

const MAX_KEY_BYTES = 255;
/** Each is a query while nobody else can write. */
const MAX_PRECONDITIONS = 100;
const MAX_CHANGES_PER_MESSAGE = 10_000;

/** TupleService of stheno.v1. */
export class TupleService {
  readonly #reader: TupleReader & BulkTupleReader;
  readonly #writer: TupleWriter;
  readonly #models: NewestModel;
  readonly #snaptokens: Snaptokens;
  readonly #schema: SchemaCheck | undefined;

  constructor(dependencies: {
    reader: TupleReader & BulkTupleReader;
    writer: TupleWriter;
    models: NewestModel;
    snaptokens: Snaptokens;
    schema?: SchemaCheck | undefined;
  }) {
    this.#reader = dependencies.reader;
    this.#writer = dependencies.writer;
    this.#models = dependencies.models;
    this.#snaptokens = dependencies.snaptokens;
    this.#schema = dependencies.schema;
  }

  async write(request: WriteRequest, call: Call): Promise<WriteResponse> {
    const idempotencyKey = keyOf(request.idempotencyKey);
    const preconditions = await this.#preconditionsOf(request.preconditions, call);
    const onExisting = conflictOf(request.onExisting, 'on_existing');
    const onMissing = conflictOf(request.onMissing, 'on_missing');
    const deltas = await mapInTurns(request.changes, (change, index) => deltaFromChange(change, index));
    const { id: modelId } = await this.#requireWritable(deltas, (index) => `changes[${index}]`, call);
    const write = { deltas, preconditions, onExisting, onMissing, idempotencyKey };
    const { revision, effective } = await this.#writer.writeGuarded(write, { signal: call.signal });
    const snaptoken = this.#snaptokens.format(revision);
    return create(WriteResponseSchema, { snaptoken, effective: [...effective], modelId });
  }

  async delete({ query: message, limit, dryRun }: DeleteRequest, call: Call): Promise<DeleteResponse> {
    const query = message === undefined ? {} : queryFromProto(message);
    if (query.namespace === undefined) {
      throw new InvalidArgumentError({ message: 'the query must name a namespace' });
    }
    if (limit < 0) throw new InvalidArgumentError({ message: `limit must not be negative, but is ${limit}` });
    await this.#requireMatched(query, call);
    return dryRun ? this.#countDeletion(query, limit, call) : this.#deleteUpTo(query, limit, call);
  }

  async import(requests: AsyncIterable<ImportRequest>, call: Call): Promise<ImportResponse> {
    const imported = this.beginImport(call);
    try {
      let message = 0;
      for await (const { changes } of requests) {
        message++;
        if (changes.length > MAX_CHANGES_PER_MESSAGE) throw tooManyChanges(changes.length);
        const place = `message ${message}: `;
        const deltas = await mapInTurns(changes, (change, index) => deltaFromChange(change, index, place));
        await imported.add(deltas, (index) => `${place}changes[${index}]`);
      }
      return await imported.finish();
    } catch (error) {
      throw await imported.incomplete(error);
    }
  }

  /** An import whose pieces do not come as messages. */
  beginImport(call: Call): TupleImport {
    return new TupleImport({
      snaptokens: this.#snaptokens,
      readRevision: () => this.#reader.readRevision({ signal: call.signal }),
      write: async (deltas, { placeOf, after }) => {
        // Deletes may be looked up in what is stored, which what comes before them changes.
        if (deltas.some(({ action }) => action === 'delete')) await after;
        await this.#requireWritable(deltas, placeOf, call);
        return this.#writer.writeTuples(deltas, { signal: call.signal, after });
      },
    });
  }

  async #deleteUpTo(query: RelationQuery, limit: number, { signal }: Call): Promise<DeleteResponse> {
    if (limit > 0) {
      const { revision, changes, hasMore } = await this.#writer.deleteSome(query, { limit, signal });
      return this.#deleted(changes.length, hasMore, revision);
    }
    const { revision, changes } = await this.#writer.deleteTuples(query, { signal });
    return this.#deleted(changes.length, false, revision);
  }

  async #countDeletion(query: RelationQuery, limit: number, { signal }: Call): Promise<DeleteResponse> {
    const { count, revision } = await this.#reader.countTuples(query, { signal });
    const hasMore = limit > 0 && count > limit;
    return this.#deleted(hasMore ? limit : count, hasMore, revision);
  }

  #deleted(count: number, more: boolean, revision: number): DeleteResponse {
    return create(DeleteResponseSchema, { count: BigInt(count), more, snaptoken: this.#snaptokens.format(revision) });
  }

  /** Answers the model that allows it. */
  async #requireWritable(
    deltas: readonly TupleDelta[],
    placeOf: (index: number) => string,
    call: Call,
  ): Promise<Model> {
    const models = this.#models;
    const model = await this.#requireNamespaces(deltas, placeOf, call);
    return (await this.#schema?.check(deltas, { model, models, call, placeOf })) ?? model;
  }

  async #requireNamespaces(
    deltas: readonly TupleDelta[],
    placeOf: (index: number) => string,
    call: Call,
  ): Promise<Model> {
    const models = this.#models;
    try {
      return await requireWrittenNamespaces(deltas, { models, reader: this.#reader, call });
    } catch (error) {
      if (!(error instanceof NamespaceNotFoundError)) throw error;
      const model = models.current();
      // Inserts are looked at first.
      const isUnknown = ({ tuple }: TupleDelta): boolean => unknownNamespace(tuple, model) !== undefined;
      const insert = deltas.findIndex((delta) => delta.action === 'insert' && isUnknown(delta));
      const place = placeOf(insert === -1 ? deltas.findIndex(isUnknown) : insert);
      throw new SthenoError(error.code, { message: `${place}: ${error.reason ?? error.message}`, cause: error });
    }
  }

  /** Tuples of a namespace that left the model can still be deleted; without any, its name is unknown. */
  async #requireMatched(query: RelationQuery, call: Call): Promise<void> {
    const unknown = await unknownToNewest(query, this.#models, call);
    if (unknown === undefined) return;
    const { tuples } = await this.#reader.listTuples(query, { limit: 1, signal: call.signal });
    if (tuples.length === 0) throw unknown;
  }

  /** A namespace that does not exist is a mistake: a tuple of it will never be found. */
  async #preconditionsOf(messages: readonly PreconditionMessage[], call: Call): Promise<readonly Precondition[]> {
    if (messages.length > MAX_PRECONDITIONS) {
      throw new InvalidArgumentError({
        message: `there are ${messages.length} preconditions, more than ${MAX_PRECONDITIONS}`,
      });
    }
    const preconditions = messages.map(preconditionFromProto);
    for (const { query } of preconditions) {
      const unknown = await unknownToNewest(query, this.#models, call);
      if (unknown !== undefined) throw unknown;
    }
    return preconditions;
  }
}

function preconditionFromProto({ kind, query: message }: PreconditionMessage, index: number): Precondition {
  const path = `preconditions[${index}]`;
  const query = message === undefined ? {} : queryFromProto(message);
  if (query.namespace === undefined) {
    throw new InvalidArgumentError({ message: `${path}.query must name a namespace` });
  }
  switch (kind) {
    case PreconditionKind.MUST_EXIST:
      return { kind: 'must_exist', query };
    case PreconditionKind.MUST_NOT_EXIST:
      return { kind: 'must_not_exist', query };
    default:
      throw new InvalidArgumentError({
        message: `${path}.kind must be KIND_MUST_EXIST or KIND_MUST_NOT_EXIST, but is ${PreconditionKind[kind] ?? kind}`,
      });
  }
}

function conflictOf(conflict: Conflict, field: string): 'ignore' | 'fail' {
  switch (conflict) {
    case Conflict.UNSPECIFIED:
    case Conflict.IGNORE:
      return 'ignore';
    case Conflict.FAIL:
      return 'fail';
    default:
      throw new InvalidArgumentError({
        message: `${field} must be CONFLICT_IGNORE or CONFLICT_FAIL, but is ${String(conflict)}`,
      });
  }
}

function keyOf(key: string): string | undefined {
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES) {
    throw new InvalidArgumentError({
      message: `the idempotency key has ${bytes} bytes, more than ${MAX_KEY_BYTES}`,
    });
  }
  return key === '' ? undefined : key;
}

function tooManyChanges(count: number): InvalidArgumentError {
  return new InvalidArgumentError({
    message: `a message has ${count} changes, more than ${MAX_CHANGES_PER_MESSAGE}`,
  });
}
