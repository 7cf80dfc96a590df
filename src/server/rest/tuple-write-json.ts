import { create } from '@bufbuild/protobuf';
import type { RelationQuery } from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import {
  WriteRequest_Conflict as Conflict,
  type DeleteRequest,
  DeleteRequestSchema,
  Precondition_Kind as Kind,
  type Precondition,
  PreconditionSchema,
  type WriteRequest,
  WriteRequestSchema,
} from '#gen/stheno/v1/tuple_service_pb.js';
import { TupleChange_Action as Action, type TupleChange, TupleChangeSchema } from '#gen/stheno/v1/watch_service_pb.js';
import { mapInTurns } from '../../service/map-in-turns.ts';
import { JsonError } from './first-json-value.ts';
import { jsonArray, jsonString, strictFields } from './json-fields.ts';
import { readStrictQuery, readStrictTuple } from './strict-tuple-json.ts';

const WRITE_FIELDS = ['changes', 'preconditions', 'idempotency_key', 'on_existing', 'on_missing'] as const;

// A member that is not known may be a condition or a limit that was misspelt: nothing is written without it.

/** A write under conditions as JSON has it. @throws {JsonError} that names the value at fault */
export async function readWriteJson(value: unknown): Promise<WriteRequest> {
  const fields = strictFields(value, WRITE_FIELDS, '');
  return create(WriteRequestSchema, {
    changes: await mapInTurns(jsonArray(fields.changes, 'changes'), readChange),
    preconditions: jsonArray(fields.preconditions, 'preconditions').map(readPrecondition),
    idempotencyKey: jsonString(fields.idempotency_key, 'idempotency_key') ?? '',
    onExisting: readConflict(fields.on_existing, 'on_existing'),
    onMissing: readConflict(fields.on_missing, 'on_missing'),
  });
}

/** A deletion as JSON has it. @throws {JsonError} that names the value at fault */
export function readDeleteJson(value: unknown): DeleteRequest {
  const fields = strictFields(value, ['query', 'limit', 'dry_run'], '');
  const { limit = 0, dry_run: dryRun = false } = fields;
  if (!Number.isInteger(limit) || Math.abs(Number(limit)) > 2 ** 31 - 1) {
    throw new JsonError(`limit must be a whole number of 32 bits, not ${JSON.stringify(limit)}`);
  }
  if (typeof dryRun !== 'boolean') throw new JsonError(`dry_run must be true or false, not ${JSON.stringify(dryRun)}`);
  return create(DeleteRequestSchema, { query: queryOf(fields.query, 'query'), limit: Number(limit), dryRun });
}

function readChange(value: unknown, index: number): TupleChange {
  const path = `changes[${index}]`;
  const { action, relation_tuple: tuple } = strictFields(value, ['action', 'relation_tuple'], path);
  return create(TupleChangeSchema, {
    action: readWord(action, ACTIONS, `${path}.action`),
    tuple: readStrictTuple(tuple, `${path}.relation_tuple`),
  });
}

function readPrecondition(value: unknown, index: number): Precondition {
  const path = `preconditions[${index}]`;
  const { kind, query } = strictFields(value, ['kind', 'query'], path);
  return create(PreconditionSchema, {
    kind: readWord(kind, KINDS, `${path}.kind`),
    query: queryOf(query, `${path}.query`),
  });
}

/** That a filter names a namespace is for the service to see to. */
function queryOf(value: unknown, path: string): RelationQuery {
  return readStrictQuery(value === undefined ? {} : value, path);
}

function readConflict(value: unknown, path: string): Conflict {
  return value === undefined ? Conflict.UNSPECIFIED : readWord(value, CONFLICTS, path);
}

function readWord<Value>(value: unknown, words: ReadonlyMap<unknown, Value>, path: string): Value {
  const found = words.get(value);
  if (found !== undefined) return found;
  throw new JsonError(`${path} must be ${[...words.keys()].join(' or ')}, not ${JSON.stringify(value) ?? 'missing'}`);
}

const ACTIONS: ReadonlyMap<unknown, Action> = new Map([
  ['insert', Action.INSERT],
  ['delete', Action.DELETE],
]);
const KINDS: ReadonlyMap<unknown, Kind> = new Map([
  ['must_exist', Kind.MUST_EXIST],
  ['must_not_exist', Kind.MUST_NOT_EXIST],
]);
const CONFLICTS: ReadonlyMap<unknown, Conflict> = new Map([
  ['ignore', Conflict.IGNORE],
  ['fail', Conflict.FAIL],
]);
