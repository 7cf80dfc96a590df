import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Change } from '../../src/persistence/change-feed.ts';
import {
  type ModelSurvey,
  ModelVersionError,
  type StoredModels,
  type TupleSurvey,
} from '../../src/persistence/stored-models.ts';
import { formatTuple } from '../../src/tuple/tuple-text.ts';
import { deltas, type PersisterContract, readAll } from './contract-context.ts';

/** What every database promises of the versions of the model. */
export const MODEL_CONTRACT: PersisterContract = {
  'begins with version 0, which is not stored': async ({ models }) => {
    assert.equal(await models.newestVersion(), 0);
    assert.equal(await models.read(0), undefined);
    assert.deepEqual(await models.list({ before: 1, limit: 10 }), []);
  },

  'counts versions and keeps all of them': async ({ models }) => {
    const first = await models.write({ previous: 0, note: '"a"', document: '["one"]' });
    const second = await models.write({ previous: 1, note: '"b"', document: '["two"]' });
    assert.deepEqual([first.version, second.version], [1, 2]);
    assert.equal(await models.newestVersion(), 2);
    assert.deepEqual(await models.read(1), { ...first, document: '["one"]' });
    assert.deepEqual(await models.read(2), { ...second, document: '["two"]' });
    assert.equal(await models.read(3), undefined);
    assert.deepEqual(await models.list({ before: 3, limit: 10 }), [second, first]);
    assert.deepEqual(await models.list({ before: 2, limit: 10 }), [first]);
    assert.deepEqual(await models.list({ before: 3, limit: 1 }), [second]);
  },

  'tells when a version was written': async ({ models }) => {
    const beforeMs = Date.now();
    const { writtenAt } = await models.write({ previous: 0, note: '', document: '' });
    // The database's clock is this machine's, and may have whole milliseconds only.
    assert.ok(writtenAt.getTime() >= beforeMs - 1 && writtenAt.getTime() <= Date.now() + 1, writtenAt.toISOString());
  },

  'refuses to replace another version than the newest': async ({ models }) => {
    await write(models, 0);
    for (const previous of [0, 2]) {
      await assert.rejects(
        write(models, previous),
        (error) => error instanceof ModelVersionError && error.newest === 1,
      );
    }
    assert.equal(await models.newestVersion(), 1);
  },

  'lets one of those win that replace the same version at the same time': async ({ models }) => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => write(models, 0)));
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(await models.newestVersion(), 1);
  },

  'makes a revision of every version, which changes no tuple': async (persister) => {
    const told: Change[] = [];
    const stop = persister.onCommitted((change) => told.push(change));
    await persister.writeTuples(deltas('+n:o#r@s'));
    const { revision } = await write(persister.models, 0);
    await persister.writeTuples(deltas('+n:o#r@t'));
    stop();
    assert.equal(revision, 2);
    const { newest, checksum, changes } = await persister.readChanges(0, { limit: 10 });
    assert.deepEqual(
      changes.map((change) => [change.revision, change.deltas.length]),
      [
        [1, 1],
        [2, 0],
        [3, 1],
      ],
    );
    assert.equal(changes[1]?.checksum, changes[0]?.checksum);
    assert.equal(changes[2]?.checksum, checksum);
    assert.equal(newest, 3);
    assert.deepEqual(told, changes);
  },

  'keeps a document of ten megabytes': async ({ models }) => {
    const document = JSON.stringify(['\u20ac'.repeat(3_500_000)]);
    await models.write({ previous: 0, note: '', document });
    assert.equal((await models.read(1))?.document, document);
  },

  'keeps any character': async ({ models }) => {
    const document = JSON.stringify(['\0', '\ud800', '\u{1f600}', "'", '"', '\\', '\u2028']);
    await models.write({ previous: 0, note: document, document });
    const stored = await models.read(1);
    assert.equal(stored?.document, document);
    assert.equal(stored?.note, document);
  },

  'counts the stored tuples by what they have in common': async (persister) => {
    const long = 'r'.repeat(300);
    await persister.writeTuples(
      deltas(
        '+doc:1#owner@ann',
        '+doc:2#owner@ann',
        '+doc:2#owner@bob',
        '+doc:3#owner@bob',
        '+doc:1#owner@(group:1#member)',
        '+doc:1#parent@(folder:1#)',
        `+doc:1#${long}@(group:1#${long})`,
      ),
    );
    const found = await persister.models.survey(() => true);
    assert.deepEqual(found.map(inWords), [
      'doc#owner@id: 4',
      'doc#owner@group#member: 1',
      'doc#parent@folder#: 1',
      `doc#${long}@group#${long}: 1`,
    ]);
    assert.equal(found[0]?.examples.length, 3);
    for (const { shape, examples } of found) {
      for (const { namespace, relation } of examples) {
        assert.deepEqual({ namespace, relation }, { namespace: shape.namespace, relation: shape.relation });
      }
    }
    const groups = await persister.models.survey(
      ({ subject }) => subject.kind === 'set' && subject.namespace === 'folder',
    );
    assert.deepEqual(
      groups.map(({ examples }) => examples.map(formatTuple)),
      [['doc:1#parent@folder:1']],
    );
  },

  'counts more tuples than are looked at in one turn': async (persister) => {
    const texts = Array.from({ length: 2_000 }, (_, at) => `+doc:${at}#${at % 2 === 0 ? 'owner' : 'viewer'}@u${at}`);
    await persister.writeTuples(deltas(...texts));
    const found = await persister.models.survey(({ relation }) => relation === 'viewer');
    assert.deepEqual(found.map(inWords), ['doc#viewer@id: 1000']);
    assert.deepEqual(found[0]?.examples.length, 3);
  },

  'looks at the tuples under the lock, and writes nothing when that is refused': async (persister) => {
    await persister.writeTuples(deltas('+doc:1#owner@ann'));
    const refusal = new Error('no');
    const refused = persister.models.write({
      previous: 0,
      note: '',
      document: '',
      survey: surveying((found) => {
        if (found.length > 0) throw refusal;
      }),
    });
    await assert.rejects(refused, (error) => error === refusal);
    assert.equal(await persister.models.newestVersion(), 0);
    assert.equal(await persister.readRevision(), 1);
    await persister.writeTuples(deltas('-doc:1#owner@ann'));
    await persister.models.write({
      previous: 0,
      note: '',
      document: '',
      survey: surveying((found) => assert.deepEqual(found, [])),
    });
    assert.equal(await persister.models.newestVersion(), 1);
  },

  'sees every tuple that was written before it, whatever is written at the same time': async (persister) => {
    const seen = new Map<number, number>();
    const writing = Array.from({ length: 20 }, async (_, at) => {
      await sleep(at % 3);
      return (await persister.writeTuples(deltas(`+doc:${at}#owner@ann`))).revision;
    });
    for (let previous = 0; previous < 5; previous++) {
      let count = 0;
      const survey = surveying((found) => {
        count = found[0]?.count ?? 0;
      });
      const { revision } = await persister.models.write({ previous, note: '', document: '', survey });
      seen.set(revision, count);
    }
    const revisions = await Promise.all(writing);
    for (const [revision, count] of seen) {
      assert.equal(count, revisions.filter((written) => written < revision).length, `at revision ${revision}`);
    }
    assert.equal((await readAll(persister)).length, 20);
  },
};

function write(models: StoredModels, previous: number) {
  return models.write({ previous, note: '', document: `[${previous}]` });
}

function surveying(surveyed: ModelSurvey['surveyed']): ModelSurvey {
  return { isWanted: ({ namespace }) => namespace === 'doc', surveyed };
}

function inWords({ shape: { namespace, relation, subject }, count }: TupleSurvey): string {
  const who = subject.kind === 'id' ? 'id' : `${subject.namespace}#${subject.relation}`;
  return `${namespace}#${relation}@${who}: ${count}`;
}
