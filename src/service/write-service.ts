import { create } from '@bufbuild/protobuf';
import {
  RelationTupleDelta_Action as Action,
  type DeleteRelationTuplesRequest,
  type DeleteRelationTuplesResponse,
  DeleteRelationTuplesResponseSchema,
  type RelationTupleDelta,
  type TransactRelationTuplesRequest,
  type TransactRelationTuplesResponse,
  TransactRelationTuplesResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { InvalidArgumentError, MissingSubjectError } from '../errors.ts';
import type { TupleReader } from '../persistence/tuple-reader.ts';
import type { TupleWriter } from '../persistence/tuple-writer.ts';
import type { RelationQuery, TupleDelta } from '../tuple/relation-tuple.ts';
import type { NewestModel } from './fresh-models.ts';
import { mapInTurns } from './map-in-turns.ts';
import { queryFromDeprecatedProto, queryFromProto, tupleFromProto } from './messages.ts';
import { nameModel } from './name-model.ts';
import { unknownToNewest } from './query-namespaces.ts';
import type { Call } from './rpc-service.ts';
import type { PlaceOf, SchemaCheck } from './schema-check.ts';
import type { Snaptokens } from './snaptokens.ts';
import { requireWrittenNamespaces } from './written-namespaces.ts';

/** WriteService of the wire contract (contract: gRPC §5.6, §5.7). */
export class WriteService {
  readonly #reader: TupleReader;
  readonly #writer: TupleWriter;
  readonly #models: NewestModel;
  readonly #snaptokens: Snaptokens;
  readonly #schema: SchemaCheck | undefined;

  constructor(dependencies: {
    reader: TupleReader;
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

  /** `placeOf` says in messages where a delta stands, for requests that have them elsewhere. */
  async transactRelationTuples(
    request: TransactRelationTuplesRequest,
    call: Call,
    placeOf: PlaceOf = placeOfDelta,
  ): Promise<TransactRelationTuplesResponse> {
    const deltas = await mapInTurns(request.relationTupleDeltas, deltaFromProto);
    const model = await requireWrittenNamespaces(deltas, { models: this.#models, reader: this.#reader, call });
    nameModel(call, (await this.#schema?.check(deltas, { model, models: this.#models, call, placeOf })) ?? model);
    const { revision } = await this.#writer.writeTuples(deltas, { signal: call.signal });
    const snaptoken = this.#snaptokens.format(revision);
    call.setHeader('stheno-snaptoken', snaptoken);
    let inserts = 0;
    for (const { action } of deltas) if (action === 'insert') inserts++;
    const snaptokens: string[] = new Array(inserts).fill(snaptoken);
    return { $typeName: TransactRelationTuplesResponseSchema.typeName, snaptokens };
  }

  async deleteRelationTuples(request: DeleteRelationTuplesRequest, call: Call): Promise<DeleteRelationTuplesResponse> {
    const query = queryOf(request);
    if (query.namespace === undefined) {
      throw new InvalidArgumentError({ message: 'the query must name a namespace' });
    }
    const unknown = await unknownToNewest(query, this.#models, call);
    if (unknown !== undefined) {
      const { tuples } = await this.#reader.listTuples(query, { limit: 1, signal: call.signal });
      if (tuples.length === 0) throw unknown;
    }
    const { revision } = await this.#writer.deleteTuples(query, { signal: call.signal });
    call.setHeader('stheno-snaptoken', this.#snaptokens.format(revision));
    return create(DeleteRelationTuplesResponseSchema);
  }
}

function placeOfDelta(index: number): string {
  return `relation_tuple_deltas[${index}]`;
}

function deltaFromProto({ action, relationTuple }: RelationTupleDelta, index: number): TupleDelta {
  if (relationTuple === undefined) throw new MissingSubjectError();
  const tuple = tupleFromProto(relationTuple);
  if (action === Action.INSERT) return { action: 'insert', tuple };
  if (action === Action.DELETE) return { action: 'delete', tuple };
  throw new InvalidArgumentError({
    message: `${placeOfDelta(index)}.action must be ACTION_INSERT or ACTION_DELETE, but is ${Action[action] ?? action}`,
  });
}

function queryOf(request: DeleteRelationTuplesRequest): RelationQuery {
  if (request.relationQuery !== undefined) return queryFromProto(request.relationQuery);
  if (request.query !== undefined) return queryFromDeprecatedProto(request.query);
  throw new InvalidArgumentError({ reason: 'invalid request' });
}
