import type { RelationTuple, Subject, SubjectSet } from '../../src/tuple/relation-tuple.ts';

/** A tuple of a world: text, or the REST JSON where a part holds one of `:#@()`. */
export type TestTuple = string | RestTuple;
export type TestSet = string | SubjectSet;

interface RestTuple {
  readonly namespace: string;
  readonly object: string;
  readonly relation: string;
  readonly subject_id?: string;
  readonly subject_set?: SubjectSet;
}

/** Reads `namespace:object#relation@subject` or the REST JSON of a tuple; a subject with a `:` is a set. */
export function parseTestTuple(tuple: TestTuple): RelationTuple {
  if (typeof tuple !== 'string') {
    const { namespace, object, relation, subject_id, subject_set } = tuple;
    const subject: Subject =
      subject_set === undefined ? { kind: 'id', id: subject_id ?? '' } : { kind: 'set', ...subject_set };
    return { namespace, object, relation, subject };
  }
  const at = tuple.indexOf('@');
  const subject = tuple.slice(at + 1).replace(/^\((.*)\)$/s, '$1');
  return {
    ...parseTestSet(tuple.slice(0, at)),
    subject: subject.includes(':') ? { kind: 'set', ...parseTestSet(subject) } : { kind: 'id', id: subject },
  };
}

/** Reads `namespace:object#relation`, without `#` for the empty relation, or its JSON. */
export function parseTestSet(set: TestSet): SubjectSet {
  if (typeof set !== 'string') return set;
  const match = /^([^:]*):([^#]*)#?(.*)$/s.exec(set);
  if (match === null) throw new Error(`not a subject set: ${set}`);
  const [, namespace = '', object = '', relation = ''] = match;
  return { namespace, object, relation };
}
