import { create } from '@bufbuild/protobuf';
import { type RelationQuery, RelationQuerySchema } from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
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
import { jsonArray, jsonFields, jsonString } from './json-fields.ts';
import { readTupleJson, subjectMessage, tupleMessage } from './tuple-json.ts';

const WRITE_FIELDS = ['changes', 'preconditions', 'idempotency_key', 'on_existing', 'on_missing'] as const;
const QUERY_FIELDS = ['namespace', 'object', 'relation', 'subject_id', 'subject_set'] as const;

/** A write under conditions as JSON has it. @throws {JsonError} that names the value at fault */
export async function readWriteJson(value: unknown): Promise<WriteRequest> {
  const fields = jsonFields(value, WRITE_FIELDS, 'the body');
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
  const fields = jsonFields(value, ['query', 'limit', 'dry_run'], 'the body');
  const { limit = 0, dry_run: dryRun = false } = fields;
  if (!Number.isInteger(limit) || Math.abs(Number(limit)) > 2 ** 31 - 1) {
    throw new JsonError(`limit must be a whole number of 32 bits, not ${JSON.stringify(limit)}`);
  }
  if (typeof dryRun !== 'boolean') throw new JsonError(`dry_run must be true or false, not ${JSON.stringify(dryRun)}`);
  return create(DeleteRequestSchema, { query: readQuery(fields.query, 'query'), limit: Number(limit), dryRun });
}

function readChange(value: unknown, index: number): TupleChange {
  const path = `changes[${index}]`;
  const { action, relation_tuple: tuple } = jsonFields(value, ['action', 'relation_tuple'], path);
  return create(TupleChangeSchema, {
    action: readWord(action, ACTIONS, `${path}.action`),
    ...(tuple === undefined ? {} : { tuple: tupleMessage(readTupleJson(tuple, `${path}.relation_tuple`)) }),
  });
}

function readPrecondition(value: unknown, index: number): Precondition {
  const path = `preconditions[${index}]`;
  const { kind, query } = jsonFields(value, ['kind', 'query'], path);
  return create(PreconditionSchema, {
    kind: readWord(kind, KINDS, `${path}.kind`),
    query: readQuery(query, `${path}.query`),
  });
}

/** A filter, in which a field that is there filters, also when it is empty. */
function readQuery(value: unknown, path: string): RelationQuery {
  const fields = jsonFields(value ?? {}, QUERY_FIELDS, path);
  requireKnown(value ?? {}, path);
  const query = create(RelationQuerySchema);
  for (const key of ['namespace', 'object', 'relation'] as const) {
    const text = jsonString(fields[key], `${path}.${key}`);
    if (text !== undefined) query[key] = text;
  }
  const { subject_id: id, subject_set: set } = readTupleJson(
    { subject_id: fields.subject_id, subject_set: fields.subject_set },
    path,
  );
  const subject = subjectMessage(id, set);
  if (subject !== undefined) query.subject = subject;
  return query;
}

/** A filter with a misspelt field would match more than was meant. */
function requireKnown(value: object, path: string): void {
  const names: readonly string[] = QUERY_FIELDS;
  const unknown = Object.keys(value).find((key) => !names.includes(key.toLowerCase()));
  if (unknown !== undefined) throw new JsonError(`${path}.${unknown} is unknown`);
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
