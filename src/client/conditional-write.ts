import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  WriteRequest_Conflict as Conflict,
  Precondition_Kind as Kind,
  TupleService,
} from '#gen/stheno/v1/tuple_service_pb.js';
import { TupleChange_Action as Action, type TupleChangeSchema } from '#gen/stheno/v1/watch_service_pb.js';
import { tupleToProto } from '../service/messages.ts';
import type { Caller } from './caller.ts';
import type { CallOptions } from './client-options.ts';
import { exactQuery } from './exact-query.ts';
import { invalidArgument } from './invalid-argument.ts';
import { toTuple } from './tuple-input.ts';
import { type TupleQuery, toRelationQuery } from './tuple-query.ts';
import type { DeltaInput } from './write.ts';

/** What must be so right before a write: a tuple that matches is stored, or none is. The query must name a namespace. */
export type PreconditionInput = { readonly mustExist: TupleQuery } | { readonly mustNotExist: TupleQuery };

/** What may be said of a write. */
export interface WriteOptions extends CallOptions {
  /** Otherwise the write fails with `failed_precondition`, and nothing is changed. */
  readonly preconditions?: readonly PreconditionInput[] | undefined;
  /**
   * A repeat of the same write with the key is answered as the first time and changes nothing; another write with it
   * fails with `already_exists`. At most 255 bytes. A write that can fail for what is stored gets one by itself, so that
   * it may be sent again after the connection broke.
   */
  readonly idempotencyKey?: string | undefined;
  /** `fail`: the write fails with `already_exists` when it inserts a tuple that is stored. Default: that changes nothing. */
  readonly onExisting?: 'ignore' | 'fail' | undefined;
  /** `fail`: the write fails with `not_found` when it deletes a tuple that is not stored. Default: that changes nothing. */
  readonly onMissing?: 'ignore' | 'fail' | undefined;
}

/** The answer to a write under conditions. */
export interface ConditionalWriteResult {
  readonly snaptoken: string;
  /** The indexes of the changes that changed something. */
  readonly effective: readonly number[];
  /** The version of the model that the changes were held against. */
  readonly modelId: string;
}

/** Whether a write needs more than Keto's service has. */
export function isConditional({ preconditions, idempotencyKey, onExisting, onMissing }: WriteOptions): boolean {
  return [preconditions, idempotencyKey, onExisting, onMissing].some((option) => option !== undefined);
}

/** A tuple may be named once only. @throws {RequestError} */
export async function writeConditionally(
  caller: Caller,
  deltas: readonly DeltaInput[],
  options: WriteOptions,
): Promise<ConditionalWriteResult> {
  const { preconditions = [], idempotencyKey = randomKey(), onExisting, onMissing } = options;
  const { message } = await caller.call(TupleService.method.write, {
    port: 'write',
    message: {
      changes: deltas.map(toChange),
      preconditions: preconditions.map(toPrecondition),
      idempotencyKey,
      onExisting: toConflict(onExisting),
      onMissing: toConflict(onMissing),
    },
    options,
  });
  const { effective, modelId } = message;
  return { snaptoken: caller.remember(message.snaptoken), effective, modelId };
}

/** A change as messages have it. @throws {RequestError} `invalid_argument` */
export function toChange(delta: DeltaInput): MessageInitShape<typeof TupleChangeSchema> {
  if ('insert' in delta === 'delete' in delta) throw invalidArgument('a change must have either insert or delete');
  if ('insert' in delta) return { action: Action.INSERT, tuple: tupleToProto(toTuple(delta.insert)) };
  return { action: Action.DELETE, tuple: tupleToProto(toTuple(delta.delete)) };
}

function toPrecondition(precondition: PreconditionInput) {
  if ('mustExist' in precondition === 'mustNotExist' in precondition) {
    throw invalidArgument('a precondition must have either mustExist or mustNotExist');
  }
  if ('mustExist' in precondition) {
    return { kind: Kind.MUST_EXIST, query: toRelationQuery(exactQuery(precondition.mustExist)) };
  }
  return { kind: Kind.MUST_NOT_EXIST, query: toRelationQuery(exactQuery(precondition.mustNotExist)) };
}

function toConflict(conflict: 'ignore' | 'fail' | undefined): Conflict {
  return conflict === 'fail' ? Conflict.FAIL : Conflict.IGNORE;
}

/** Not crypto.randomUUID: pages that came without TLS have none. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
