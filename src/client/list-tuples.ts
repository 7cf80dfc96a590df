import { ReadService } from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import { tupleFromProto } from '../service/messages.ts';
import type { RelationTuple } from '../tuple/relation-tuple.ts';
import type { Caller } from './caller.ts';
import type { ReadOptions } from './client-options.ts';
import { integerOption } from './integer-option.ts';
import { type TupleQuery, toRelationQuery } from './tuple-query.ts';

/** What may be said of a listing. */
export interface ListOptions extends ReadOptions {
  /** How many tuples a page has at most. Default 100; the server gives 500 at most. */
  readonly pageSize?: number | undefined;
  /** Where to go on: `nextPageToken` of a page of the same query. */
  readonly pageToken?: string | undefined;
}

/** A part of a listing. */
export interface TuplePage {
  readonly tuples: readonly RelationTuple[];
  /** For the page after this one; undefined when this is the last. It is not made to be stored. */
  readonly nextPageToken: string | undefined;
  /** The state that was looked at. */
  readonly snaptoken: string;
}

/** Every page of a listing, each fetched when it is asked for. @throws {RequestError} */
export async function* listTuplePages(
  caller: Caller,
  query: TupleQuery,
  options: ListOptions,
): AsyncGenerator<TuplePage, void, undefined> {
  let pageToken = options.pageToken;
  do {
    const page: TuplePage = await listTuplePage(caller, query, { ...options, pageToken });
    yield page;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

async function listTuplePage(caller: Caller, query: TupleQuery, options: ListOptions): Promise<TuplePage> {
  const { message, headers } = await caller.call(ReadService.method.listRelationTuples, {
    port: 'read',
    message: {
      relationQuery: toRelationQuery(query),
      pageSize: integerOption('pageSize', options.pageSize),
      pageToken: options.pageToken ?? '',
      ...caller.freshness(options),
    },
    options,
  });
  return {
    tuples: message.relationTuples.map(tupleFromProto),
    nextPageToken: message.nextPageToken || undefined,
    snaptoken: caller.remember(headers.get('stheno-snaptoken') ?? ''),
  };
}
