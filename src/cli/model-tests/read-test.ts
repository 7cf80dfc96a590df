import type { Model } from '../../namespace/model.ts';
import { readSubject, readSubjectSet, readTuple, readTuples, requireNamespace } from './read-tuples.ts';
import {
  CHECK_OUTCOMES,
  type CheckOutcome,
  type Expectation,
  type ModelTest,
  type SubjectsQuestion,
} from './test-file.ts';
import type { YamlReader } from './yaml-reader.ts';

/** One entry of `tests`. Its namespaces must be those of the model, if there is one to look at. */
export function readTest(value: YamlReader, model: Model | undefined): ModelTest {
  const fields = value.fields(['name', 'tuples', 'max_depth', 'check', 'list_objects', 'list_subjects']);
  if (fields.name === undefined) throw value.failure('the test has no name');
  const expectations = [
    ...readChecks(fields.check, model),
    ...(fields.list_objects?.items() ?? []).map((item) => readObjects(item, model)),
    ...(fields.list_subjects?.items() ?? []).map((item) => readSubjects(item, model)),
  ];
  if (expectations.length === 0) throw value.failure('the test expects nothing');
  return {
    name: fields.name.text(),
    place: value.place,
    tuples: readTuples(fields.tuples, model),
    maxDepth: fields.max_depth?.count(),
    expectations,
  };
}

/** A map from tuples to outcomes, or a list whose items have both. */
function readChecks(checks: YamlReader | undefined, model: Model | undefined): Expectation[] {
  if (checks === undefined) return [];
  if (checks.isMap) return checks.entries().map(({ key, value: expect }) => checkOf(key, expect, model));
  return checks.items().map((item) => {
    const { tuple, expect } = item.fields(['tuple', 'expect']);
    if (!tuple || !expect) throw item.failure('tuple and expect are needed');
    return checkOf(tuple, expect, model);
  });
}

function checkOf(question: YamlReader, expect: YamlReader, model: Model | undefined): Expectation {
  const tuple = readTuple(question);
  requireNamespace(question, tuple.namespace, model);
  if (tuple.subject.kind === 'set') requireNamespace(question, tuple.subject.namespace, model);
  return { kind: 'check', place: question.place, tuple, expected: readOutcome(expect) };
}

function readObjects(item: YamlReader, model: Model | undefined): Expectation {
  const { namespace, relation, subject, expect } = item.fields(['namespace', 'relation', 'subject', 'expect']);
  if (!namespace || !relation || !subject || !expect) {
    throw item.failure('namespace, relation, subject and expect are needed');
  }
  requireNamespace(namespace, namespace.text(), model);
  const question = { namespace: namespace.text(), relation: relation.text(), subject: readSubject(subject) };
  return { kind: 'objects', place: item.place, question, expected: expect.items().map((one) => one.text()) };
}

function readSubjects(item: YamlReader, model: Model | undefined): Expectation {
  const { set, filter, expect } = item.fields(['set', 'filter', 'expect']);
  if (!set || !expect) throw item.failure('set and expect are needed');
  const question = { set: readSubjectSet(set), filter: filter === undefined ? {} : readFilter(filter) };
  requireNamespace(set, question.set.namespace, model);
  return { kind: 'subjects', place: item.place, question, expected: expect.items().map(readSubject) };
}

function readFilter(filter: YamlReader): SubjectsQuestion['filter'] {
  const { kind, namespace, relation } = filter.fields(['kind', 'namespace', 'relation']);
  const word = kind?.text();
  if (word !== undefined && word !== 'id' && word !== 'set') throw filter.failure('kind must be id or set');
  return {
    ...(word !== undefined && { kind: word }),
    ...(namespace !== undefined && { namespace: namespace.text() }),
    ...(relation !== undefined && { relation: relation.text() }),
  };
}

function readOutcome(expect: YamlReader): CheckOutcome {
  const text = expect.text();
  const outcome = CHECK_OUTCOMES.find((one) => one === text);
  if (outcome === undefined) throw expect.failure(`expected one of ${CHECK_OUTCOMES.join(', ')}`);
  return outcome;
}
