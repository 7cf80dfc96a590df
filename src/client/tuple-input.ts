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

/** A tuple from its text or its parts. @throws {RequestError} `invalid_argument` for a text without all separators */
export function toTuple(input: TupleInput): RelationTuple {
  if (typeof input === 'string') return parsed('tuple', 'namespace:object#relation@subject', input, parseTuple);
  const { namespace, object, relation, subject } = input;
  return { namespace, object, relation, subject: toSubject(subject) };
}

/** A subject from its text or its parts. @throws {RequestError} `invalid_argument` for a text with `:` behind `#` only */
export function toSubject(input: SubjectInput): Subject {
  if (typeof input === 'string') return parsed('subject', 'id or namespace:object#relation', input, parseSubject);
  if ('id' in input) return { kind: 'id', id: input.id };
  return { kind: 'set', ...toSubjectSet(input) };
}

/** A set from its text or its parts. @throws {RequestError} `invalid_argument` for a text without a namespace */
export function toSubjectSet(input: SubjectSetInput): SubjectSet {
  if (typeof input === 'string') return parsed('subject set', 'namespace:object#relation', input, parseSubjectSet);
  const { namespace, object, relation = '' } = input;
  return { namespace, object, relation };
}

function parsed<T>(what: string, form: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (cause) {
    throw invalidArgument(`${what} ${JSON.stringify(text)} does not have the form ${form}`, cause);
  }
}
