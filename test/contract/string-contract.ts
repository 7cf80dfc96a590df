import assert from 'node:assert/strict';
import { toStoredString } from '../../src/persistence/sql/stored-string.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { inserts, type PersisterContract, readAll } from './contract-context.ts';
import { compareTuples, tupleKey } from './tuple-model.ts';

const LONG = 'x'.repeat(10_000);

const STRINGS: Readonly<Record<string, string>> = {
  empty: '',
  NUL: '\0',
  'NUL inside': 'a\0b',
  'control character': 'a\u0001b',
  'last of the basic plane': '\uFFFF',
  'three-byte characters': '\u0800'.repeat(81),
  'four-byte characters': '\u{10FFFF}'.repeat(61),
  'exactly at the limit': 'y'.repeat(240),
  'one over the limit': 'y'.repeat(241),
  'a character across the limit': `${'z'.repeat(239)}é`,
  '10,000 characters': LONG,
  'looks like a long form': toStoredString(LONG),
  'looks like a stored empty namespace': '\u0001'.repeat(241),
  'as long as a long form': 'w'.repeat(284),
  syntax: `'"\\{},NULL ${'$1'} :#@`,
  spaces: ' a\t\r\n ',
};

export const STRING_CONTRACT: PersisterContract = {
  'keeps any string in any part': async (persister) => {
    const all = Object.values(STRINGS).flatMap(tuplesWith);
    const { changes } = await persister.writeTuples(inserts(all));
    const distinct = new Set(all.map(tupleKey));
    assert.equal(changes.length, distinct.size);
    assert.deepEqual(new Set((await readAll(persister)).map(tupleKey)), distinct);
    const facts = await persister.readFacts({ tuples: all, sets: [] });
    assert.ok(facts.stored.every(Boolean));
    for (const tuple of all) {
      const { namespace, object, relation, subject } = tuple;
      assert.deepEqual((await persister.listTuples(tuple, { limit: 2 })).tuples, [tuple]);
      if (subject.kind === 'id') continue;
      const set = { namespace: subject.namespace, object: subject.object, relation: subject.relation };
      const members = await persister.readFacts({ tuples: [], sets: [{ namespace, object, relation }] });
      assert.ok(members.subjectSets[0]?.some((member) => JSON.stringify(member) === JSON.stringify(set)));
    }
    assert.equal((await persister.deleteTuples({})).changes.length, distinct.size);
  },

  'lists long strings in the order of their prefixes': async (persister) => {
    const objects = ['a', 'b', 'c'].flatMap((letter) => [letter, letter + LONG, letter.repeat(240)]);
    const all = objects.map(
      (object): RelationTuple => ({ namespace: 'n', object, relation: 'r', subject: { kind: 'id', id: 'u' } }),
    );
    await persister.writeTuples(inserts(all));
    assert.deepEqual(await readAll(persister), all.toSorted(compareTuples));
  },

  'turns lone surrogates into U+FFFD, as one tuple with what reads the same': async (persister) => {
    const withObject = (object: string): RelationTuple => ({
      namespace: 'n',
      object,
      relation: 'r',
      subject: { kind: 'id', id: 'u' },
    });
    const { changes } = await persister.writeTuples(inserts(['\uD800x', '\uDC00x', '\uFFFDx'].map(withObject)));
    assert.deepEqual(changes, inserts([withObject('\uFFFDx')]));
    assert.deepEqual(await readAll(persister), [withObject('\uFFFDx')]);
    assert.deepEqual((await persister.readChanges(0, { limit: 1 })).changes[0]?.deltas, changes);
    const { stored } = await persister.readFacts({ tuples: [withObject('\uDBFFx')], sets: [] });
    assert.deepEqual(stored, [true]);
  },
};

/** A tuple with the string in each part. */
function tuplesWith(text: string): RelationTuple[] {
  const id = { kind: 'id', id: 'u' } as const;
  const set = { kind: 'set', namespace: 'n', object: 'o', relation: 'm' } as const;
  return [
    { namespace: text, object: 'o', relation: 'r', subject: id },
    { namespace: 'n', object: text, relation: 'r', subject: id },
    { namespace: 'n', object: 'o', relation: text, subject: id },
    { namespace: 'n', object: 'o', relation: 'r', subject: { kind: 'id', id: text } },
    { namespace: 'n', object: 'o', relation: 'r', subject: { ...set, namespace: text } },
    { namespace: 'n', object: 'o', relation: 'r', subject: { ...set, object: text } },
    { namespace: 'n', object: 'o', relation: 'r', subject: { ...set, relation: text } },
    {
      namespace: text,
      object: text,
      relation: text,
      subject: { kind: 'set', namespace: text, object: text, relation: text },
    },
  ];
}
