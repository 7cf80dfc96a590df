import { NamespaceNotFoundError } from '../../errors.ts';
import type { Model } from '../../namespace/model.ts';
import { tupleProblem } from '../../namespace/tuple-rule.ts';
import type { RelationTuple, Subject, SubjectSet } from '../../tuple/relation-tuple.ts';
import { MalformedTupleTextError, parseSubject, parseSubjectSet, parseTuple } from '../../tuple/tuple-text.ts';
import type { PlacedTuple } from './test-file.ts';
import type { YamlReader } from './yaml-reader.ts';

/**
 * Tuples to be stored, as texts or as maps; a server would not store one of a namespace that the model lacks. Without a
 * model they are read, and that is all.
 */
export function readTuples(list: YamlReader | undefined, model: Model | undefined): PlacedTuple[] {
  return (list?.items() ?? []).map((item) => {
    const tuple = readTuple(item);
    requireNamespace(item, tuple.namespace, model);
    if (tuple.subject.kind === 'set') requireNamespace(item, tuple.subject.namespace, model);
    const problem = model === undefined ? undefined : tupleProblem(tuple, model);
    return { tuple, place: item.place, ...(problem !== undefined && { problem: problem.message }) };
  });
}

/** `Doc:readme#view@ann`, or a map as REST has it. */
export function readTuple(value: YamlReader): RelationTuple {
  if (!value.isMap) return parsed(value, 'namespace:object#relation@subject', parseTuple);
  const fields = value.fields(['namespace', 'object', 'relation', 'subject_id', 'subject_set']);
  const { subject_id: id, subject_set: set } = fields;
  if ((id === undefined) === (set === undefined)) throw value.failure('expected one of subject_id and subject_set');
  const subject: Subject =
    set === undefined ? { kind: 'id', id: id?.text() ?? '' } : { kind: 'set', ...readSubjectSet(set) };
  return { ...threeParts(value, fields), subject };
}

/** An id or `Group:eng#members`; a map with `id`, or with the parts of a set. */
export function readSubject(value: YamlReader): Subject {
  if (!value.isMap) return parsed(value, 'id or namespace:object#relation', parseSubject);
  const { id, ...parts } = value.fields(['id', 'namespace', 'object', 'relation']);
  return id === undefined ? { kind: 'set', ...threeParts(value, parts) } : { kind: 'id', id: id.text() };
}

/** `Doc:readme#view`, or its parts. */
export function readSubjectSet(value: YamlReader): SubjectSet {
  if (!value.isMap) return parsed(value, 'namespace:object#relation', parseSubjectSet);
  return threeParts(value, value.fields(['namespace', 'object', 'relation']));
}

/** @throws {TestFileError} when there is a model, and it does not have the namespace */
export function requireNamespace(value: YamlReader, namespace: string, model: Model | undefined): void {
  try {
    model?.require(namespace);
  } catch (error) {
    if (!(error instanceof NamespaceNotFoundError)) throw error;
    throw value.failure(`the model has no namespace ${JSON.stringify(namespace)}`);
  }
}

function threeParts(
  value: YamlReader,
  { namespace, object, relation }: Partial<Record<'namespace' | 'object' | 'relation', YamlReader>>,
): SubjectSet {
  if (namespace === undefined || object === undefined) throw value.failure('namespace and object are needed');
  return { namespace: namespace.text(), object: object.text(), relation: relation?.text() ?? '' };
}

function parsed<T>(value: YamlReader, form: string, parse: (text: string) => T): T {
  const text = value.text();
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof MalformedTupleTextError)) throw error;
    throw value.failure(`${JSON.stringify(text)} does not have the form ${form}`);
  }
}
