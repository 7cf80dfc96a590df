import {
  RelationTupleDelta_Action as Action,
  WriteService,
} from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { tupleToProto } from '../service/messages.ts';
import type { Caller } from './caller.ts';
import type { CallOptions } from './client-options.ts';
import { exactQuery } from './exact-query.ts';
import { invalidArgument } from './invalid-argument.ts';
import { type TupleInput, toTuple } from './tuple-input.ts';
import { type TupleQuery, toRelationQuery } from './tuple-query.ts';

/** One change. Inserting what is there and deleting what is not change nothing and succeed. */
export type DeltaInput = { readonly insert: TupleInput } | { readonly delete: TupleInput };

/** The answer to a change. */
export interface WriteResult {
  /** The state after the change. Reads that are given it see the change. */
  readonly snaptoken: string;
}

/** @throws {RequestError} */
export async function write(caller: Caller, deltas: readonly DeltaInput[], options: CallOptions): Promise<WriteResult> {
  const { headers } = await caller.call(WriteService.method.transactRelationTuples, {
    port: 'write',
    message: { relationTupleDeltas: deltas.map(toDelta) },
    options,
  });
  return { snaptoken: caller.remember(headers.get('stheno-snaptoken') ?? '') };
}

/** @throws {RequestError} */
export async function deleteTuples(caller: Caller, query: TupleQuery, options: CallOptions): Promise<WriteResult> {
  const { headers } = await caller.call(WriteService.method.deleteRelationTuples, {
    port: 'write',
    message: { relationQuery: toRelationQuery(exactQuery(query)) },
    options,
  });
  return { snaptoken: caller.remember(headers.get('stheno-snaptoken') ?? '') };
}

function toDelta(delta: DeltaInput) {
  if ('insert' in delta === 'delete' in delta) throw invalidArgument('a change must have either insert or delete');
  if ('insert' in delta) return { action: Action.INSERT, relationTuple: tupleToProto(toTuple(delta.insert)) };
  return { action: Action.DELETE, relationTuple: tupleToProto(toTuple(delta.delete)) };
}
