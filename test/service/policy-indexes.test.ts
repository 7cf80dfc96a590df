import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import { isAllowed } from '../../src/policy/decide.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { PolicyIndexes } from '../../src/service/policy-indexes.ts';
import { StoredPolicies } from '../../src/service/stored-policies.ts';
import { testDatabases } from '../support/databases.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';

/** One server's part: its connection, what it writes with, and what it decides by. */
class Instance implements AsyncDisposable {
  readonly persister: OpenedPersister;
  readonly store: StoredPolicies;
  readonly indexes: PolicyIndexes;

  static async open(dsn: string): Promise<Instance> {
    return new Instance(await openPersister({ dsn, autoMigrate: true }));
  }

  private constructor(persister: OpenedPersister) {
    this.persister = persister;
    this.store = new StoredPolicies({ documents: persister.policyDocuments });
    this.indexes = new PolicyIndexes({ documents: persister.policyDocuments });
  }

  allow(id: string, subject: string): Promise<void> {
    return this.store.upsertPolicy('exact', policyOf(id, subject));
  }

  /** Whether the subject may do the one thing that these tests are about. */
  async allows(subject: string): Promise<boolean> {
    const request = { subject, resource: 'r', action: 'a', context: undefined };
    return isAllowed(await this.indexes.fresh('exact'), request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.persister[Symbol.asyncDispose]();
  }
}

function policyOf(id: string, subject: string): Policy {
  return {
    id,
    description: '',
    subjects: [subject],
    resources: ['r'],
    actions: ['a'],
    effect: 'allow',
    conditions: undefined,
  };
}

for (const kind of testDatabases()) {
  describe(`indexes of policies on ${kind.name}`, () => {
    it('see every change that was acknowledged before they are asked', async () => {
      await using database = await kind.create();
      await using one = await Instance.open(database.dsn);
      assert.equal(await one.allows('s'), false);
      await one.allow('p', 's');
      assert.equal(await one.allows('s'), true);
      await one.allow('p', 't');
      assert.deepEqual([await one.allows('s'), await one.allows('t')], [false, true]);
      await one.store.upsertRole('exact', { id: 't', description: '', members: ['s'] });
      assert.equal(await one.allows('s'), true);
      await one.store.deleteRole('exact', 't');
      assert.equal(await one.allows('s'), false);
      await one.store.deletePolicy('exact', 'p');
      assert.equal(await one.allows('t'), false);
      assert.equal(one.indexes.policyCount('exact'), 0);
    });

    it('load what is stored already', async () => {
      await using database = await kind.create();
      await using writer = await Instance.open(database.dsn);
      for (let at = 0; at < 30; at++) await writer.allow(`p${at}`, `s${at}`);
      const indexes = new PolicyIndexes({ documents: writer.persister.policyDocuments });
      const index = await indexes.fresh('exact');
      assert.equal(index.policyCount, 30);
      assert.equal((await indexes.fresh('glob')).policyCount, 0);
    });

    it('follow changes among writes of tuples', async () => {
      await using database = await kind.create();
      await using one = await Instance.open(database.dsn);
      for (let at = 0; at < 5; at++) {
        await one.persister.writeTuples([{ action: 'insert', tuple: parseTestTuple(`n:o${at}#r@s`) }]);
        await one.allow('p', `s${at}`);
        assert.deepEqual([await one.allows(`s${at}`), await one.allows(`s${at - 1}`)], [true, false]);
      }
    });

    it('load anew when the change log lost what they miss', async () => {
      await using database = await kind.create();
      await using one = await Instance.open(database.dsn);
      await one.allow('p', 's');
      assert.equal(await one.allows('s'), true);
      await one.store.deletePolicy('exact', 'p');
      await one.allow('q', 't');
      const hour = 3_600_000;
      await one.persister.trimChanges({ committedBefore: new Date(Date.now() + hour), limit: 100 });
      assert.deepEqual([await one.allows('s'), await one.allows('t')], [false, true]);
    });

    it('answer questions that come at the same time', async () => {
      await using database = await kind.create();
      await using one = await Instance.open(database.dsn);
      const rounds = Array.from({ length: 20 }, async (_, at) => {
        await one.allow(`p${at}`, `s${at}`);
        return Promise.all([one.allows(`s${at}`), one.allows(`s${at}`), one.allows('nobody')]);
      });
      for (const answers of await Promise.all(rounds)) assert.deepEqual(answers, [true, true, false]);
    });
  });
}

for (const kind of testDatabases().filter(({ name }) => name !== 'SQLite memory')) {
  describe(`two servers on ${kind.name}`, () => {
    it('agree after every change of either', async () => {
      await using database = await kind.create();
      await using one = await Instance.open(database.dsn);
      await using other = await Instance.open(database.dsn);
      for (let at = 0; at < 10; at++) {
        const [writer, reader] = at % 2 === 0 ? [one, other] : [other, one];
        await writer.allow('p', `s${at}`);
        assert.deepEqual([await reader.allows(`s${at}`), await reader.allows(`s${at - 1}`)], [true, false]);
      }
      await one.store.deletePolicy('exact', 'p');
      assert.deepEqual([await one.allows('s9'), await other.allows('s9')], [false, false]);
    });

    it('lose none of the members that both add to one role', async () => {
      await using database = await kind.create();
      await using one = await Instance.open(database.dsn);
      await using other = await Instance.open(database.dsn);
      const members = Array.from({ length: 40 }, (_, at) => `m${at}`);
      await Promise.all(
        members.map((member, at) =>
          (at % 2 === 0 ? one : other).store.changeRole('exact', 'r', (role) => ({
            id: 'r',
            description: '',
            members: [...(role?.members ?? []), member],
          })),
        ),
      );
      const stored = await one.store.getRole('exact', 'r');
      assert.deepEqual([...(stored?.members ?? [])].sort(), [...members].sort());
    });
  });
}
