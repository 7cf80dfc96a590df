import { InvalidArgumentError } from '../errors.ts';
import type { RelationTuple, Subject, SubjectSet } from './relation-tuple.ts';

/** A text that is not a tuple, a subject or a subject set: a separator is missing. */
export class MalformedTupleTextError extends InvalidArgumentError {
  constructor() {
    super({ message: 'malformed string input' });
  }
}

/**
 * Reads `namespace:object#relation@subject`. Every separator counts at its first place, every part may be empty,
 * and the subject may stand in parentheses.
 *
 * @throws {MalformedTupleTextError} when a separator is missing.
 * Source: contract, command line §12.
 */
export function parseTuple(text: string): RelationTuple {
  const [namespace, afterNamespace] = cut(text, ':');
  const [object, afterObject] = cut(afterNamespace, '#');
  const [relation, subject] = cut(afterObject, '@');
  return { namespace, object, relation, subject: parseSubject(withoutParentheses(subject)) };
}

/** Writes a tuple so that `parseTuple` reads it again, but for subject ids that contain `:` or outer parentheses. */
export function formatTuple({ namespace, object, relation, subject }: RelationTuple): string {
  return `${namespace}:${object}#${relation}@${formatSubject(subject)}`;
}

/**
 * Reads a subject: what contains a `:` is a subject set, anything else is an id. Parentheses have no meaning here.
 *
 * @throws {MalformedTupleTextError} when the only `:` stands behind the `#`.
 */
export function parseSubject(text: string): Subject {
  return text.includes(':') ? { kind: 'set', ...parseSubjectSet(text) } : { kind: 'id', id: text };
}

/** Writes the id, or the set in the form of {@link formatSubjectSet}. */
export function formatSubject(subject: Subject): string {
  return subject.kind === 'id' ? subject.id : formatSubjectSet(subject);
}

/**
 * Reads `namespace:object#relation`; without `#` the relation is empty.
 *
 * @throws {MalformedTupleTextError} when there is no `:` before the `#`.
 */
export function parseSubjectSet(text: string): SubjectSet {
  const hash = text.indexOf('#');
  const [namespace, object] = cut(hash < 0 ? text : text.slice(0, hash), ':');
  return { namespace, object, relation: hash < 0 ? '' : text.slice(hash + 1) };
}

/** Writes `namespace:object#relation`; an empty relation is left out together with its `#`. */
export function formatSubjectSet({ namespace, object, relation }: SubjectSet): string {
  return relation === '' ? `${namespace}:${object}` : `${namespace}:${object}#${relation}`;
}

function cut(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  if (at < 0) throw new MalformedTupleTextError();
  return [text.slice(0, at), text.slice(at + 1)];
}

function withoutParentheses(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && '()'.includes(text.charAt(start))) start++;
  while (end > start && '()'.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
