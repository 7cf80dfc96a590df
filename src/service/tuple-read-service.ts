import { create } from '@bufbuild/protobuf';
import type { Consistency } from '#gen/stheno/v1/consistency_pb.js';
import {
  type CountRequest,
  type CountResponse,
  CountResponseSchema,
  type ExportRequest,
  type ExportResponse,
  ExportResponseSchema,
} from '#gen/stheno/v1/tuple_read_service_pb.js';
import { awaitRevision } from '../graph/await-revision.ts';
import type { BulkTupleReader } from '../persistence/bulk-tuple-reader.ts';
import type { TupleReader } from '../persistence/tuple-reader.ts';
import type { RelationQuery } from '../tuple/relation-tuple.ts';
import type { NewestModel } from './fresh-models.ts';
import { freshnessOfConsistency } from './freshness.ts';
import { queryFromProto, tupleToProto } from './messages.ts';
import { unknownToNewest } from './query-namespaces.ts';
import type { Call } from './rpc-service.ts';
import type { Snaptokens } from './snaptokens.ts';

/** TupleReadService of stheno.v1. It reads the newest state: that is as fresh as anybody can ask for. */
export class TupleReadService {
  readonly #reader: TupleReader & BulkTupleReader;
  readonly #models: NewestModel;
  readonly #snaptokens: Snaptokens;

  constructor(dependencies: {
    reader: TupleReader & BulkTupleReader;
    models: NewestModel;
    snaptokens: Snaptokens;
  }) {
    this.#reader = dependencies.reader;
    this.#models = dependencies.models;
    this.#snaptokens = dependencies.snaptokens;
  }

  async *export(request: ExportRequest, call: Call): AsyncGenerator<ExportResponse, void, undefined> {
    const query = await this.#queryOf(request, call);
    const { revision, pages } = await this.#reader.exportTuples(query, { signal: call.signal });
    const snaptoken = this.#snaptokens.format(revision);
    call.setHeader('stheno-snaptoken', snaptoken);
    yield create(ExportResponseSchema, { snaptoken });
    for await (const tuples of pages) {
      yield create(ExportResponseSchema, { snaptoken, tuples: tuples.map(tupleToProto) });
    }
  }

  async count(request: CountRequest, call: Call): Promise<CountResponse> {
    const query = await this.#queryOf(request, call);
    const { count, revision } = await this.#reader.countTuples(query, { signal: call.signal });
    return create(CountResponseSchema, { count: BigInt(count), snaptoken: this.#snaptokens.format(revision) });
  }

  /** Resolves when the database is as fresh as is asked for. Tuples of a namespace that left the model can be read. */
  async #queryOf(
    { query: message, consistency }: { query?: ExportRequest['query']; consistency?: Consistency | undefined },
    call: Call,
  ): Promise<RelationQuery> {
    const query = message === undefined ? {} : queryFromProto(message);
    const { minRevision } = freshnessOfConsistency(consistency, call, this.#snaptokens);
    const { signal } = call;
    if (minRevision !== undefined) await awaitRevision(minRevision, () => this.#reader.readRevision({ signal }), call);
    const unknown = await unknownToNewest(query, this.#models, call);
    if (unknown === undefined) return query;
    const { tuples } = await this.#reader.listTuples(query, { limit: 1, signal });
    if (tuples.length === 0) throw unknown;
    return query;
  }
}
