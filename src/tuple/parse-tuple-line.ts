import type { RelationTuple, Subject, SubjectSet, TupleDelta } from './relation-tuple.ts';
import { MalformedTupleTextError, parseTuple } from './tuple-text.ts';

/** A line that is no tuple; the message says why, without the place. */
export class TupleLineError extends Error {
  override readonly name = 'TupleLineError';
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads one line of an import: a tuple as JSON has it, which is inserted; a change, `{"action": "delete",
 * "relation_tuple": {…}}`; or a tuple in text form, which is inserted. Undefined for a line without any: a blank one,
 * and a comment, which begins with `//`.
 * @throws {TupleLineError}
 */
export function parseTupleLine(line: string): TupleDelta | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('//')) return undefined;
  return text.startsWith('{') ? parseJsonLine(text) : { action: 'insert', tuple: parseTextLine(text) };
}

function parseTextLine(text: string): RelationTuple {
  try {
    return parseTuple(text);
  } catch (error) {
    if (!(error instanceof MalformedTupleTextError)) throw error;
    throw new TupleLineError('neither JSON nor namespace:object#relation@subject');
  }
}

function parseJsonLine(text: string): TupleDelta {
  const fields = fieldsOf(parseJson(text), 'the line');
  if (fields.action === undefined && fields.relation_tuple === undefined) {
    return { action: 'insert', tuple: tupleOf(fields, '') };
  }
  requireKnown(fields, CHANGE_FIELDS, '');
  const { action } = fields;
  if (action !== 'insert' && action !== 'delete') {
    throw new TupleLineError(`action must be insert or delete, but is ${show(action)}`);
  }
  return { action, tuple: tupleOf(fieldsOf(fields.relation_tuple, 'relation_tuple'), 'relation_tuple.') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TupleLineError('not valid JSON');
  }
}

const CHANGE_FIELDS: readonly string[] = ['action', 'relation_tuple'];
const SET_FIELDS: readonly string[] = ['namespace', 'object', 'relation'];
const TUPLE_FIELDS: readonly string[] = [...SET_FIELDS, 'subject_id', 'subject_set'];

function tupleOf(fields: Fields, prefix: string): RelationTuple {
  requireKnown(fields, TUPLE_FIELDS, prefix);
  // Without a spread, which in a file of millions of lines is a part of what reading it costs.
  const { namespace, object, relation } = partsOf(fields, prefix);
  return { namespace, object, relation, subject: subjectOf(fields, prefix) };
}

function subjectOf({ subject_id: id, subject_set: set }: Fields, prefix: string): Subject {
  if (id !== undefined && set !== undefined) {
    throw new TupleLineError(`${prefix}subject_id and ${prefix}subject_set exclude each other`);
  }
  if (id !== undefined) return { kind: 'id', id: textOf(id, `${prefix}subject_id`) };
  if (set === undefined) throw new TupleLineError(`${prefix}subject_id or ${prefix}subject_set is missing`);
  const fields = fieldsOf(set, `${prefix}subject_set`);
  requireKnown(fields, SET_FIELDS, `${prefix}subject_set.`);
  return { kind: 'set', ...partsOf({ relation: '', ...fields }, `${prefix}subject_set.`) };
}

/** What is missing is a mistake in a file: nobody drops empty strings from it. */
function partsOf(fields: Fields, prefix: string): SubjectSet {
  return {
    namespace: textOf(fields.namespace, `${prefix}namespace`),
    object: textOf(fields.object, `${prefix}object`),
    relation: textOf(fields.relation, `${prefix}relation`),
  };
}

function textOf(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw new TupleLineError(
    value === undefined ? `${path} is missing` : `${path} must be a string, but is ${show(value)}`,
  );
}

function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new TupleLineError(
    value === undefined ? `${path} is missing` : `${path} must be an object, but is ${show(value)}`,
  );
}

function requireKnown(fields: Fields, known: readonly string[], prefix: string): void {
  for (const key in fields) {
    if (!known.includes(key)) throw new TupleLineError(`${prefix}${key} is unknown`);
  }
}

/** The beginning of a value. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
