import { TupleReadService } from '#gen/stheno/v1/tuple_read_service_pb.js';
import { TupleService } from '#gen/stheno/v1/tuple_service_pb.js';
import { TupleChange_Action as Action } from '#gen/stheno/v1/watch_service_pb.js';
import { tupleFromProto } from '../service/messages.ts';
import type { RelationTuple } from '../tuple/relation-tuple.ts';
import type { Caller } from './caller.ts';
import type { CallOptions, ReadOptions } from './client-options.ts';
import { toChange } from './conditional-write.ts';
import { exactQuery } from './exact-query.ts';
import { integerOption } from './integer-option.ts';
import { type TupleQuery, toRelationQuery } from './tuple-query.ts';
import type { DeltaInput } from './write.ts';

/** How many changes one transaction of an import has. */
const CHANGES_PER_PIECE = 1000;

/** How many tuples match. */
export interface CountResult {
  readonly count: number;
  /** The state that was counted. */
  readonly snaptoken: string;
}

/** What may be said of an export. It goes on for as long as it takes. */
export type ExportOptions = Pick<ReadOptions, 'signal' | 'headers' | 'snaptoken' | 'consistency'>;

/** A part of an export. */
export interface ExportPage {
  readonly tuples: readonly RelationTuple[];
  /** The one state of the whole export. */
  readonly snaptoken: string;
}

/** What may be said of a deletion. */
export interface DeleteOptions extends CallOptions {
  /** How many tuples at most, the first ones in the order of a listing. */
  readonly limit?: number | undefined;
  /** Only count them. */
  readonly dryRun?: boolean | undefined;
}

/** The answer to a deletion. */
export interface DeleteResult {
  /** The state without the tuples, or the one that was counted. */
  readonly snaptoken: string;
  /** How many tuples were deleted, or would be. */
  readonly count: number;
  /** Whether more match than the limit allowed. */
  readonly hasMore: boolean;
}

/** What was imported. */
export interface ImportResult {
  /** The state that has all of it; undefined when there was nothing to import. */
  readonly snaptoken: string | undefined;
  /** How many tuples were inserted that were not stored before. */
  readonly inserted: number;
  /** How many tuples were deleted that were stored before. */
  readonly deleted: number;
  /** How many changes there were. */
  readonly received: number;
}

/** What may be said of an import; the time limit is that of each thousand changes. */
export interface ImportOptions extends CallOptions {
  /** Is told after each transaction what is imported so far. */
  readonly onProgress?: ((imported: ImportResult) => void) | undefined;
}

/** @throws {RequestError} */
export async function countTuples(caller: Caller, query: TupleQuery, options: ReadOptions): Promise<CountResult> {
  const { message } = await caller.call(TupleReadService.method.count, {
    port: 'read',
    message: { query: toRelationQuery(query), consistency: caller.consistency(options) },
    options,
  });
  return { count: Number(message.count), snaptoken: caller.remember(message.snaptoken) };
}

/** @throws {RequestError} */
export async function* exportTuplePages(
  caller: Caller,
  query: TupleQuery,
  options: ExportOptions,
): AsyncGenerator<ExportPage, void, undefined> {
  const message = { query: toRelationQuery(query), consistency: caller.consistency(options) };
  for await (const { tuples, snaptoken } of caller.stream(TupleReadService.method.export, {
    port: 'read',
    message,
    options,
  })) {
    caller.remember(snaptoken);
    yield { tuples: tuples.map(tupleFromProto), snaptoken };
  }
}

/** @throws {RequestError} */
export async function deleteSome(caller: Caller, query: TupleQuery, options: DeleteOptions): Promise<DeleteResult> {
  const { message } = await caller.call(TupleService.method.delete, {
    port: 'write',
    message: {
      query: toRelationQuery(exactQuery(query)),
      limit: integerOption('limit', options.limit),
      dryRun: options.dryRun === true,
    },
    options,
  });
  return { snaptoken: caller.remember(message.snaptoken), count: Number(message.count), hasMore: message.more };
}

/** One transaction after the other, each of which may be sent again. @throws {RequestError} */
export async function importTuples(
  caller: Caller,
  deltas: Iterable<DeltaInput> | AsyncIterable<DeltaInput>,
  options: ImportOptions,
): Promise<ImportResult> {
  let imported: ImportResult = { snaptoken: undefined, inserted: 0, deleted: 0, received: 0 };
  for await (const piece of piecesOf(deltas)) {
    imported = await importPiece(caller, piece, imported, options);
    options.onProgress?.(imported);
  }
  return imported;
}

async function importPiece(
  caller: Caller,
  piece: readonly DeltaInput[],
  before: ImportResult,
  options: CallOptions,
): Promise<ImportResult> {
  // The last change of a tuple decides, as in any transaction.
  const changes = [...new Map(piece.map(toChange).map((change) => [JSON.stringify(change.tuple), change])).values()];
  const { message } = await caller.call(TupleService.method.write, { port: 'write', message: { changes }, options });
  const inserted = message.effective.filter((index) => changes[index]?.action === Action.INSERT).length;
  return {
    snaptoken: caller.remember(message.snaptoken),
    inserted: before.inserted + inserted,
    deleted: before.deleted + message.effective.length - inserted,
    received: before.received + piece.length,
  };
}

async function* piecesOf(
  deltas: Iterable<DeltaInput> | AsyncIterable<DeltaInput>,
): AsyncGenerator<readonly DeltaInput[], void, undefined> {
  let piece: DeltaInput[] = [];
  for await (const delta of deltas) {
    piece.push(delta);
    if (piece.length < CHANGES_PER_PIECE) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
