import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  BatchCheckRequestSchema,
  CheckRequestSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import type { RelationTupleSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import {
  RelationTupleDelta_Action,
  TransactRelationTuplesRequestSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import type { AskedCheck, Dataset, QuestionClass, SetName, StoredTuple } from '../datasets/dataset.ts';
import type { Question } from '../load/window.ts';

const BATCH_PATH = '/ory.keto.relation_tuples.v1alpha2.CheckService/BatchCheck';
const CHECK_PATH = '/ory.keto.relation_tuples.v1alpha2.CheckService/Check';

/** Where single tuples are written. */
export const WRITE_PATH = '/ory.keto.relation_tuples.v1alpha2.WriteService/TransactRelationTuples';

/** Requests of one kind, ready for the generator. */
export interface Requests {
  readonly path: string;
  readonly questions: readonly Question[];
}

/** The questions of a class as gRPC requests; with a snaptoken each asks for an answer at least as fresh. */
export function classRequests({ checks, batchSize }: QuestionClass, snaptoken: string): Requests {
  if (batchSize === 1) return { path: CHECK_PATH, questions: checks.map((check) => single(check, snaptoken)) };
  const batches = Array.from({ length: checks.length / batchSize }, (_, place) =>
    checks.slice(place * batchSize, (place + 1) * batchSize),
  );
  return { path: BATCH_PATH, questions: batches.map((batch) => batchQuestion(batch, snaptoken)) };
}

/** Writes of one new tuple each, none of which changes an answer of the dataset. */
export function newTupleWrites(dataset: Dataset, from: number, count: number): Question[] {
  return Array.from({ length: count }, (_, place) => write(dataset.newTuple(from + place), 'INSERT'));
}

/** Writes that insert as many new tuples, each of them followed by its deletion. */
export function insertsAndDeletes(dataset: Dataset, count: number): Question[] {
  return Array.from({ length: count }, (_, place) => dataset.newTuple(place)).flatMap((tuple) => [
    write(tuple, 'INSERT'),
    write(tuple, 'DELETE'),
  ]);
}

function write({ set, subject }: StoredTuple, action: 'INSERT' | 'DELETE'): Question {
  if (typeof subject !== 'string') throw new Error('BUG: new tuples are those of single users');
  const delta = { action: RelationTupleDelta_Action[action], relationTuple: tupleMessage(set, subject) };
  const message = create(TransactRelationTuplesRequestSchema, { relationTupleDeltas: [delta] });
  return { bytes: base64(toBinary(TransactRelationTuplesRequestSchema, message)), isAllowed: undefined };
}

function single({ set, user, isAllowed }: AskedCheck, snaptoken: string): Question {
  const message = create(CheckRequestSchema, { tuple: tupleMessage(set, user), snaptoken });
  return { bytes: base64(toBinary(CheckRequestSchema, message)), isAllowed };
}

function batchQuestion(batch: readonly AskedCheck[], snaptoken: string): Question {
  const tuples = batch.map(({ set, user }) => tupleMessage(set, user));
  const message = create(BatchCheckRequestSchema, { tuples, snaptoken });
  const bytes = base64(toBinary(BatchCheckRequestSchema, message));
  return { bytes, isAllowed: batch.map(({ isAllowed }) => isAllowed) };
}

function tupleMessage(
  [namespace, object, relation]: SetName,
  user: string,
): MessageInitShape<typeof RelationTupleSchema> {
  return { namespace, object, relation, subject: { ref: { case: 'id', value: user } } };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
