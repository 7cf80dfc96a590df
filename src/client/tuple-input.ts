import type { RelationTuple, Subject, SubjectSet } from '../tuple/relation-tuple.ts';
import { parseSubject, parseSubjectSet, parseTuple } from '../tuple/tuple-text.ts';
import { invalidArgument } from './invalid-argument.ts';

/**
 * A subject set: `Group:eng#member`, or its parts. Without a relation it is the object itself (`Folder:plans`).
 */
export type SubjectSetInput =
  | string
  | { readonly namespace: string; readonly object: string; readonly relation?: string | undefined };

/**
 * Who: `ann`, or `Group:eng#member` (a text with a `:` is a subject set), or `{ id }` for any id whatsoever,
 * or the parts of a set.
 */
export type SubjectInput = string | { readonly id: string } | Exclude<SubjectSetInput, string>;

/**
 * A tuple: `Doc:readme#viewers@ann`, or its parts. Texts are for what you write yourself: a name that comes from
 * elsewhere may contain `:`, `#` or `@`, so pass the parts.
 */
export type TupleInput =
  | string
  | {
      readonly namespace: string;
      readonly object: string;
      readonly relation: string;
      readonly subject: SubjectInput;
    };

/**
 * A tuple from its text or its parts.
 * @throws {RequestError} `invalid_argument` for a text without all separators, and for parts that are no strings
 */
export function toTuple(input: TupleInput): RelationTuple {
  if (typeof input === 'string') return parsed('tuple', 'namespace:object#relation@subject', input, parseTuple);
  const { namespace, object, relation, subject } = parts('tuple', input);
  return {
    namespace: text('namespace', namespace),
    object: text('object', object),
    relation: text('relation', relation),
    subject: toSubject(subject),
  };
}

/** A subject from its text or its parts. @throws {RequestError} `invalid_argument` for a text with `:` behind `#` only */
export function toSubject(input: SubjectInput): Subject {
  if (typeof input === 'string') return parsed('subject', 'id or namespace:object#relation', input, parseSubject);
  const given = parts('subject', input);
  if ('id' in given) return { kind: 'id', id: text('id', given.id) };
  return { kind: 'set', ...toSubjectSet(given) };
}

/** A set from its text or its parts. @throws {RequestError} `invalid_argument` for a text without a namespace */
export function toSubjectSet(input: SubjectSetInput): SubjectSet {
  if (typeof input === 'string') return parsed('subject set', 'namespace:object#relation', input, parseSubjectSet);
  const { namespace, object, relation = '' } = parts('subject set', input);
  return {
    namespace: text('namespace', namespace),
    object: text('object', object),
    relation: text('relation', relation),
  };
}

/** Callers without types, and variables that were never set, get an error that names the part. */
function text(name: string, value: string): string {
  if (typeof value === 'string') return value;
  throw invalidArgument(`${name} must be a string, but is ${value === null ? 'null' : typeof value}`);
}

function parts<T extends object>(what: string, input: T): T {
  if (typeof input === 'object' && input !== null) return input;
  throw invalidArgument(`a ${what} must be a text or its parts, but is ${input === null ? 'null' : typeof input}`);
}

function parsed<T>(what: string, form: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (cause) {
    throw invalidArgument(`${what} ${JSON.stringify(text)} does not have the form ${form}`, cause);
  }
}
