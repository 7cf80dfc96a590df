import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildDataset, DATASET_NAMES } from '../../bench/datasets/build-dataset.ts';
import type { SetName, StoredTuple } from '../../bench/datasets/dataset.ts';
import { DATASET_MODEL } from '../../bench/datasets/dataset-model.ts';
import { Model } from '../../src/namespace/model.ts';
import { parseOpl } from '../../src/opl/parse.ts';
import type { RelationTuple, SubjectSet } from '../../src/tuple/relation-tuple.ts';
import { referenceCheck } from '../support/reference-evaluator.ts';

const SIZE = { tuples: 1000, questions: 200 };
/** The reference evaluator walks all tuples again and again. */
const COMPARED = 3;

const { namespaces, errors } = parseOpl(DATASET_MODEL);
const model = new Model('opl', namespaces);

describe('the datasets of the benchmarks', () => {
  it('have a model without errors', () => assert.deepEqual(errors, []));

  for (const name of DATASET_NAMES) {
    const dataset = buildDataset(name, SIZE);
    const tuples = [...dataset.tuples()].map(toTuple);

    it(`${name}: holds no tuple twice, and no new one`, () => {
      const keys = new Set(tuples.map((tuple) => JSON.stringify(tuple)));
      assert.equal(keys.size, tuples.length);
      const added = [0, 1, 5000].map((index) => JSON.stringify(toTuple(dataset.newTuple(index))));
      assert.equal(new Set([...keys, ...added]).size, keys.size + added.length);
    });

    it(`${name}: is the same in every run`, () => {
      const again = buildDataset(name, SIZE);
      assert.deepEqual([...again.tuples()].map(toTuple), tuples);
      assert.deepEqual(again.classes, dataset.classes);
    });

    for (const { name: className, checks, batchSize } of dataset.classes) {
      it(`${name}: its oracle answers ${className} as the reference evaluator does, also after new tuples`, () => {
        assert.equal(checks.length % batchSize, 0);
        const grown = [...tuples, ...[0, 1, 2, 3].map((index) => toTuple(dataset.newTuple(index)))];
        const [allowed, denied] = [true, false].map((kind) => checks.filter(({ isAllowed }) => isAllowed === kind));
        for (const { set, user, isAllowed } of [...first(allowed), ...first(denied)]) {
          const question: RelationTuple = { ...toSet(set), subject: { kind: 'id', id: user } };
          const expected = isAllowed ? 'member' : 'not-member';
          assert.equal(referenceCheck(model, grown, question, true), expected, JSON.stringify(question));
        }
      });
    }
  }
});

function first<T>(checks: readonly T[] | undefined): readonly T[] {
  assert.ok(checks !== undefined && checks.length >= COMPARED, 'either answer is asked for');
  return checks.slice(0, COMPARED);
}

function toTuple({ set, subject }: StoredTuple): RelationTuple {
  return {
    ...toSet(set),
    subject: typeof subject === 'string' ? { kind: 'id', id: subject } : { kind: 'set', ...toSet(subject) },
  };
}

function toSet([namespace, object, relation]: SetName): SubjectSet {
  return { namespace, object, relation };
}
