import { create } from '@bufbuild/protobuf';
import {
  type ListRelationTuplesRequest,
  type ListRelationTuplesResponse,
  ListRelationTuplesResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import { InvalidArgumentError } from '../errors.ts';
import { awaitRevision } from '../graph/await-revision.ts';
import type { PagePosition, TupleReader } from '../persistence/tuple-reader.ts';
import type { RelationQuery } from '../tuple/relation-tuple.ts';
import type { NewestModel } from './fresh-models.ts';
import { freshnessOf } from './freshness.ts';
import { queryFromDeprecatedProto, queryFromProto, tupleToProto } from './messages.ts';
import type { PageTokens } from './page-tokens.ts';
import { unknownToNewest } from './query-namespaces.ts';
import type { Call } from './rpc-service.ts';
import type { Snaptokens } from './snaptokens.ts';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 500;

/** ReadService of the wire contract (contract: gRPC §5.4). */
export class ReadService {
  readonly #reader: TupleReader;
  readonly #models: NewestModel;
  readonly #pageTokens: PageTokens;
  readonly #snaptokens: Snaptokens;

  constructor(dependencies: {
    reader: TupleReader;
    models: NewestModel;
    pageTokens: PageTokens;
    snaptokens: Snaptokens;
  }) {
    this.#reader = dependencies.reader;
    this.#models = dependencies.models;
    this.#pageTokens = dependencies.pageTokens;
    this.#snaptokens = dependencies.snaptokens;
  }

  async listRelationTuples(request: ListRelationTuplesRequest, call: Call): Promise<ListRelationTuplesResponse> {
    const query = queryOf(request);
    const unknown = await unknownToNewest(query, this.#models, call);
    const after = this.#after(request.pageToken, query, unknown);
    const { minRevision = 0 } = freshnessOf(request, call, this.#snaptokens);
    const options = { limit: pageSize(request.pageSize), after, signal: call.signal };
    let page = await this.#reader.listTuples(query, options);
    if (page.revision < minRevision) {
      // A replica that lags, or a database that was set back.
      await awaitRevision(minRevision, () => this.#reader.readRevision({ signal: call.signal }), call);
      page = await this.#reader.listTuples(query, options);
    }
    // Tuples of a namespace that left the model can still be listed; without any, its name is unknown.
    if (unknown !== undefined && page.tuples.length === 0) throw unknown;
    call.setHeader('stheno-snaptoken', this.#snaptokens.format(page.revision));
    return create(ListRelationTuplesResponseSchema, {
      relationTuples: page.tuples.map(tupleToProto),
      nextPageToken: page.next === undefined ? '' : this.#pageTokens.seal(query, page.next),
    });
  }

  /** A bad token is reported after an unknown namespace. */
  #after(pageToken: string, query: RelationQuery, unknown: Error | undefined): PagePosition | undefined {
    if (pageToken === '') return undefined;
    try {
      return this.#pageTokens.open(pageToken, query);
    } catch (error) {
      throw unknown ?? error;
    }
  }
}

function queryOf(request: ListRelationTuplesRequest): RelationQuery {
  if (request.relationQuery !== undefined) return queryFromProto(request.relationQuery);
  if (request.query !== undefined) return queryFromDeprecatedProto(request.query);
  throw new InvalidArgumentError({ message: 'you must provide a query' });
}

function pageSize(requested: number): number {
  return requested < 1 ? DEFAULT_PAGE_SIZE : Math.min(requested, MAX_PAGE_SIZE);
}
