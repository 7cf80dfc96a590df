import {
  type RelationTuple,
  RelationTupleSchema,
  type Subject,
  SubjectSchema,
  SubjectSetSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import { jsonFields, jsonString } from './json-fields.ts';

/** A tuple as JSON has it (contract: REST §2.1). Of two subjects the id counts, but both are shown again. */
export interface TupleJson {
  readonly namespace: string;
  readonly object: string;
  readonly relation: string;
  readonly subject_id?: string;
  readonly subject_set?: SubjectSetJson;
}

interface SubjectSetJson {
  readonly namespace: string;
  readonly object: string;
  readonly relation: string;
}

const TUPLE_FIELDS = ['namespace', 'object', 'relation', 'subject_id', 'subject_set'] as const;
const SET_FIELDS = ['namespace', 'object', 'relation'] as const;

/**
 * Missing parts are empty, `null` is an empty tuple; keys come out in the order of the contract.
 * @throws {JsonError} for a wrong type; `path` names the value in it
 */
export function readTupleJson(value: unknown, path: string): TupleJson {
  const fields = jsonFields(value ?? {}, TUPLE_FIELDS, path);
  const subjectId = jsonString(fields.subject_id, `${path}.subject_id`);
  const tuple: { -readonly [Key in keyof TupleJson]: TupleJson[Key] } = readSetJson(fields, path);
  if (subjectId !== undefined) tuple.subject_id = subjectId;
  if (fields.subject_set !== undefined) {
    const setPath = `${path}.subject_set`;
    tuple.subject_set = readSetJson(jsonFields(fields.subject_set, SET_FIELDS, setPath), setPath);
  }
  return tuple;
}

// Messages are spelled out, as protobuf-es lets those of proto3 be: `create` would cost more than what is in them.

export function tupleMessage(tuple: TupleJson): RelationTuple {
  const { namespace, object, relation } = tuple;
  const message: RelationTuple = { $typeName: RelationTupleSchema.typeName, namespace, object, relation };
  const subject = subjectMessage(tuple.subject_id, tuple.subject_set);
  if (subject !== undefined) message.subject = subject;
  return message;
}

/** The id wins over the set. Undefined without either. */
export function subjectMessage(id: string | undefined, set: SubjectSetJson | undefined): Subject | undefined {
  const $typeName = SubjectSchema.typeName;
  if (id !== undefined) return { $typeName, ref: { case: 'id', value: id } };
  if (set === undefined) return undefined;
  const { namespace, object, relation } = set;
  const value = { $typeName: SubjectSetSchema.typeName, namespace, object, relation };
  return { $typeName, ref: { case: 'set', value } };
}

export function tupleToJson({ namespace, object, relation, subject }: RelationTuple): TupleJson {
  return { namespace, object, relation, ...subjectToJson(subject) };
}

/** The fields of a tuple that tell its subject; none without a subject. */
export function subjectToJson(subject: Subject | undefined): Pick<TupleJson, 'subject_id' | 'subject_set'> {
  switch (subject?.ref.case) {
    case 'id':
      return { subject_id: subject.ref.value };
    case 'set': {
      const { namespace, object, relation } = subject.ref.value;
      return { subject_set: { namespace, object, relation } };
    }
    case undefined:
      return {};
  }
}

function readSetJson(fields: Partial<Record<(typeof SET_FIELDS)[number], unknown>>, path: string): SubjectSetJson {
  return {
    namespace: jsonString(fields.namespace, `${path}.namespace`) ?? '',
    object: jsonString(fields.object, `${path}.object`) ?? '',
    relation: jsonString(fields.relation, `${path}.relation`) ?? '',
  };
}
