import { create } from '@bufbuild/protobuf';
import {
  type RelationQuery,
  RelationQuerySchema,
  type RelationTuple,
  RelationTupleSchema,
  type Subject,
} from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import { JsonError } from './first-json-value.ts';
import { jsonString, strictFields } from './json-fields.ts';
import { subjectMessage } from './tuple-json.ts';

// Tuples and filters in bodies that are not Keto's: as lines of an import, nothing in them is guessed at.

const SET_FIELDS = ['namespace', 'object', 'relation'] as const;
const TUPLE_FIELDS = [...SET_FIELDS, 'subject_id', 'subject_set'] as const;
type Fields = Partial<Record<(typeof TUPLE_FIELDS)[number], unknown>>;

/** A tuple of which every part is there. @throws {JsonError} that names the value at fault */
export function readStrictTuple(value: unknown, path: string): RelationTuple {
  if (value === undefined) throw new JsonError(`${path} is missing`);
  const fields = strictFields(value, TUPLE_FIELDS, path);
  const [namespace, object, relation] = [
    requiredText(fields, 'namespace', path),
    requiredText(fields, 'object', path),
    requiredText(fields, 'relation', path),
  ];
  const subject = readSubject(fields, path);
  if (subject === undefined) throw new JsonError(`${path}.subject_id or ${path}.subject_set is missing`);
  return { $typeName: RelationTupleSchema.typeName, namespace, object, relation, subject };
}

/**
 * A filter, in which a part that is there filters, also when it is empty. `null` is refused: programs write it for a
 * value that they do not have, and the filter would match more than was meant.
 * @throws {JsonError} that names the value at fault
 */
export function readStrictQuery(value: unknown, path: string): RelationQuery {
  const fields = strictFields(value, TUPLE_FIELDS, path);
  const query = create(RelationQuerySchema);
  for (const key of SET_FIELDS) {
    const text = jsonString(fields[key], `${path}.${key}`);
    if (text !== undefined) query[key] = text;
  }
  const subject = readSubject(fields, path);
  if (subject !== undefined) query.subject = subject;
  return query;
}

function readSubject({ subject_id: id, subject_set: set }: Fields, path: string): Subject | undefined {
  const [idPath, setPath] = [`${path}.subject_id`, `${path}.subject_set`];
  if (id !== undefined && set !== undefined) throw new JsonError(`${idPath} and ${setPath} exclude each other`);
  if (set === undefined) return subjectMessage(jsonString(id, idPath), undefined);
  const fields = strictFields(set, SET_FIELDS, setPath);
  return subjectMessage(undefined, {
    namespace: requiredText(fields, 'namespace', setPath),
    object: requiredText(fields, 'object', setPath),
    relation: jsonString(fields.relation, `${setPath}.relation`) ?? '',
  });
}

function requiredText(fields: Fields, name: (typeof SET_FIELDS)[number], path: string): string {
  const text = jsonString(fields[name], `${path}.${name}`);
  if (text === undefined) throw new JsonError(`${path}.${name} is missing`);
  return text;
}
