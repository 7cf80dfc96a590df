import assert from 'node:assert/strict';
import type { SubjectSet } from '../../src/tuple/relation-tuple.ts';
import { parseTestSet } from '../support/parse-test-tuple.ts';
import { deltas, inserts, type PersisterContract, tuples } from './contract-context.ts';

export const FACT_CONTRACT: PersisterContract = {
  'answers one point look-up': async (persister) => {
    await persister.writeTuples(deltas('+n:o#r@a'));
    const facts = (text: string) => persister.readFacts({ tuples: tuples(text), sets: [] });
    assert.deepEqual(await facts('n:o#r@a'), { revision: 1, stored: [true], subjectSets: [] });
    assert.deepEqual(await facts('n:o#r@b'), { revision: 1, stored: [false], subjectSets: [] });
  },

  'answers an empty frontier with the revision': async (persister) => {
    assert.deepEqual(await persister.readFacts({ tuples: [], sets: [] }), { revision: 0, stored: [], subjectSets: [] });
  },

  'answers a mixed frontier in its order, also when it asks twice': async (persister) => {
    await persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@(n:g#m)', '+n:o#r@(n:h#)', '+n:p#r@(n:g#m)', '+n:p#r@b'));
    const facts = await persister.readFacts({
      tuples: tuples('n:o#r@b', 'n:o#r@a', 'n:o#r@(n:g#m)', 'n:o#r@a', 'n:o#r@(n:g#)'),
      sets: ['n:p#r', 'n:none#r', 'n:o#r', 'n:p#r'].map(parseTestSet),
    });
    assert.equal(facts.revision, 1);
    assert.deepEqual(facts.stored, [false, true, true, true, false]);
    const found = facts.subjectSets.map((sets) => sets.map(toText).sort());
    assert.deepEqual(found, [['n:g#m'], [], ['n:g#m', 'n:h#'], ['n:g#m']]);
  },

  'tells a subject id from a subject set of empty parts': async (persister) => {
    const set = { kind: 'set', namespace: '', object: 'x', relation: '' } as const;
    const owned = { namespace: 'n', object: 'o', relation: 'r' };
    await persister.writeTuples(inserts([{ ...owned, subject: set }]));
    const facts = await persister.readFacts({
      tuples: [
        { ...owned, subject: set },
        { ...owned, subject: { kind: 'id', id: 'x' } },
      ],
      sets: [owned],
    });
    assert.deepEqual(facts.stored, [true, false]);
    assert.deepEqual(facts.subjectSets, [[{ namespace: '', object: 'x', relation: '' }]]);
  },

  'answers many look-ups of a few subjects, whatever these are stored in': async (persister) => {
    const long = 'x'.repeat(300);
    const sets = ['n:a', 'n:b', 'm:a', `n:${long}`].flatMap((object) => [`${object}#r`, `${object}#s`]);
    const others = Array.from({ length: 40 }, (_, i) => `n:other${i}#r`);
    const subjects = ['few', 'many', 'none', '(n:few#)', `(n:${long}#r)`];
    const asked = [...sets, ...others].flatMap((set) => subjects.map((subject) => `${set}@${subject}`));
    const isStored = (text: string, index: number): boolean =>
      !text.endsWith('@none') && (text.endsWith('@many') ? !text.startsWith('n:other0#') : index % 7 === 0);
    const stored = asked.filter(isStored);
    // More than are asked about.
    const beside = Array.from({ length: 60 }, (_, i) => `n:beside${i}#r@many`);
    await persister.writeTuples(inserts(tuples(...stored, ...beside)));
    const shuffled = asked.toSorted((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
    const set = parseTestSet('n:a#r');
    for (const texts of [shuffled, shuffled.filter((text) => !text.endsWith('@many'))]) {
      const facts = await persister.readFacts({ tuples: tuples('n:a#r@no', ...texts), sets: [set] });
      assert.deepEqual(facts.stored, [false, ...texts.map((text) => stored.includes(text))]);
      const members = stored.filter((text) => text.startsWith('n:a#r@(')).map((text) => text.slice(7, -1));
      assert.deepEqual(
        facts.subjectSets.map((found) => found.map(toText)),
        [members],
      );
    }
  },

  'answers a set with thousands of subject sets, long names among them': async (persister) => {
    const names = Array.from({ length: 6_000 }, (_, i) => (i % 2000 === 0 ? 'x'.repeat(300) + i : `g${i}`));
    await persister.writeTuples(inserts(tuples(...names.map((name) => `n:large#r@(n:${name}#m)`))));
    const { subjectSets } = await persister.readFacts({
      tuples: [],
      sets: ['n:none#r', 'n:large#r'].map(parseTestSet),
    });
    assert.deepEqual(subjectSets[0], []);
    assert.deepEqual(subjectSets[1]?.map(({ object }) => object).sort(), names.toSorted());
  },

  'answers a frontier of thousands': async (persister) => {
    const stored = Array.from({ length: 3_000 }, (_, i) => `n:o${i}#r@(n:g${i}#m)`);
    await persister.writeTuples(inserts(tuples(...stored)));
    const facts = await persister.readFacts({
      tuples: tuples(...stored, ...stored.map((text) => text.replace('#m', '#x'))),
      sets: stored.map((_, i) => parseTestSet(`n:o${i}#r`)),
    });
    assert.deepEqual(facts.stored, stored.map(() => true).concat(stored.map(() => false)));
    assert.deepEqual(
      facts.subjectSets.map((sets) => sets.map(toText)),
      stored.map((_, i) => [`n:g${i}#m`]),
    );
  },
};

function toText({ namespace, object, relation }: SubjectSet): string {
  return `${namespace}:${object}#${relation}`;
}
