import type { RelationTuple, Subject, SubjectSet } from '../../tuple/relation-tuple.ts';
import { isLongForm, type LongStrings, toStoredString, toWellFormed } from './stored-string.ts';

/**
 * A row of `relation_tuples` without its network: namespace, object, relation, subject
 * namespace, subject object, subject relation, each in its stored form. A subject id has
 * an empty subject namespace and relation.
 */
export type StoredTuple = readonly [string, string, string, string, string, string];

/** The last three parts of a stored tuple. */
export type StoredSubject = readonly [string, string, string];

/** A set's namespace, object and relation in their stored forms. */
export type StoredSet = readonly [string, string, string];

/**
 * The stored form of a set's empty namespace, so that such a set differs from a subject
 * id. Longer than any plain string, shorter than every long form: no value has it.
 */
const EMPTY_SET_NAMESPACE = '\u0001'.repeat(241);

export function toStoredTuple(tuple: RelationTuple, longStrings?: LongStrings): StoredTuple {
  const subject = toStoredSubject(tuple.subject, longStrings);
  return [
    store(tuple.namespace, longStrings),
    store(tuple.object, longStrings),
    store(tuple.relation, longStrings),
    subject[0],
    subject[1],
    subject[2],
  ];
}

export function toStoredSubject(subject: Subject, longStrings?: LongStrings): StoredSubject {
  if (subject.kind === 'id') return ['', store(subject.id, longStrings), ''];
  return [
    subject.namespace === '' ? EMPTY_SET_NAMESPACE : store(subject.namespace, longStrings),
    store(subject.object, longStrings),
    store(subject.relation, longStrings),
  ];
}

export function toStoredSet({ namespace, object, relation }: SubjectSet): StoredSet {
  return [store(namespace), store(object), store(relation)];
}

/** The tuple of a row. `restore` gives the value of a long form. */
export function fromStoredTuple(stored: StoredTuple, restore: (longForm: string) => string): RelationTuple {
  const [namespace, object, relation, subjectNamespace, subjectObject, subjectRelation] = stored;
  return {
    namespace: load(namespace, restore),
    object: load(object, restore),
    relation: load(relation, restore),
    subject:
      subjectNamespace === ''
        ? { kind: 'id', id: load(subjectObject, restore) }
        : { kind: 'set', ...fromStoredSubjectSet([subjectNamespace, subjectObject, subjectRelation], restore) },
  };
}

/** The set of a row whose subject is a set. */
export function fromStoredSubjectSet(
  [namespace, object, relation]: StoredSubject,
  restore: (longForm: string) => string,
): SubjectSet {
  return {
    namespace: namespace === EMPTY_SET_NAMESPACE ? '' : load(namespace, restore),
    object: load(object, restore),
    relation: load(relation, restore),
  };
}

/** The long forms among stored strings: those that need the table `strings` to be read. */
export function longFormsOf(stored: readonly string[]): string[] {
  return stored.filter((part) => isLongForm(part) && part !== EMPTY_SET_NAMESPACE);
}

/** The tuple without lone surrogates, as it comes back from the database. */
export function toWellFormedTuple(tuple: RelationTuple): RelationTuple {
  const { subject } = tuple;
  return {
    namespace: toWellFormed(tuple.namespace),
    object: toWellFormed(tuple.object),
    relation: toWellFormed(tuple.relation),
    subject:
      subject.kind === 'id'
        ? { kind: 'id', id: toWellFormed(subject.id) }
        : {
            kind: 'set',
            namespace: toWellFormed(subject.namespace),
            object: toWellFormed(subject.object),
            relation: toWellFormed(subject.relation),
          },
  };
}

function store(value: string, longStrings?: LongStrings): string {
  return toStoredString(toWellFormed(value), longStrings);
}

function load(stored: string, restore: (longForm: string) => string): string {
  return isLongForm(stored) ? restore(stored) : stored;
}
