import { jsonValueEnd } from '../json/json-value-end.ts';
import { quote } from '../opl/quote.ts';
import type { RelationTuple, Subject, SubjectSet } from '../tuple/relation-tuple.ts';
import { MalformedTupleTextError, parseTuple } from '../tuple/tuple-text.ts';
import { isArray, isObject, type Json, type JsonObject } from './output/json.ts';
import { DecodeError } from './tuple-files.ts';

/** White space as Unicode has it, which includes U+0085 but neither U+200B nor U+FEFF. */
const OUTER_SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu;

/**
 * Tuples in text form, one a line; blank lines and lines that start with `//` are skipped.
 *
 * @throws {DecodeError} that names the line. Source: contract, command line §10.
 */
export function decodeTupleLines(input: Buffer): RelationTuple[] {
  const lines = input.toString('utf8').split('\n');
  return lines.flatMap((line, at) => {
    const text = line.replace(OUTER_SPACE, '');
    return text === '' || text.startsWith('//') ? [] : [parseLine(text, at + 1)];
  });
}

function parseLine(text: string, line: number): RelationTuple {
  try {
    return parseTuple(text);
  } catch (error) {
    if (!(error instanceof MalformedTupleTextError)) throw error;
    throw new DecodeError(`line ${line}: could not decode ${quote(text)}: ${error.message}`);
  }
}

/**
 * One tuple in JSON, or an array of them. What follows the first value is ignored.
 *
 * @throws {DecodeError} Source: contract, command line §8, REST §2.1.
 */
export function decodeTupleJson(input: Buffer): RelationTuple[] {
  if (input.length === 0) throw new DecodeError('empty input');
  const text = input
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replace(OUTER_SPACE, '');
  if (text === '') throw new DecodeError('empty input after trimming whitespace');
  const value = parseJson(text);
  return isArray(value) ? value.map(tupleFromJson) : [tupleFromJson(value)];
}

function parseJson(text: string): Json {
  try {
    const end = jsonValueEnd(text, 0);
    // What does not end is the parser's to explain.
    return JSON.parse(typeof end === 'number' ? text.slice(0, end) : text) as Json; // whatever a JSON text holds
  } catch (error) {
    throw new DecodeError(`could not decode: ${error instanceof Error ? lowerFirst(error.message) : String(error)}`);
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function tupleFromJson(value: Json): RelationTuple {
  const fields = knownFields(value, 'a tuple', ['namespace', 'object', 'relation', 'subject_id', 'subject_set']);
  const subject = subjectFromFields(fields);
  if (!subject) throw new DecodeError('could not decode: tuple without subject_id and subject_set');
  return { ...threeParts(fields), subject };
}

function subjectFromFields({ subject_id: id, subject_set: set }: JsonObject): Subject | undefined {
  if (id !== undefined) return { kind: 'id', id: asText(id, 'subject_id') };
  if (set === undefined) return undefined;
  return { kind: 'set', ...threeParts(knownFields(set, 'subject_set', ['namespace', 'object', 'relation'])) };
}

function threeParts({ namespace = '', object = '', relation = '' }: JsonObject): SubjectSet {
  return {
    namespace: asText(namespace, 'namespace'),
    object: asText(object, 'object'),
    relation: asText(relation, 'relation'),
  };
}

/** The fields by their proper names; letter case does not count, and null is as good as absent. */
function knownFields(value: Json, what: string, names: readonly string[]): JsonObject {
  if (!isObject(value)) throw new DecodeError(`could not decode: ${what} must be an object`);
  const fields: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    const name = names.find((one) => one === key.toLowerCase());
    if (name === undefined) throw new DecodeError(`could not decode: json: unknown field ${quote(key)}`);
    if (member !== null) fields[name] = member;
  }
  return fields;
}

function asText(value: Json, name: string): string {
  if (typeof value === 'string') return value;
  throw new DecodeError(`could not decode: ${name} must be a string, got ${JSON.stringify(value)}`);
}
