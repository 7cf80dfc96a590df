import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChangeLogError } from '../../src/persistence/change-log-error.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { deltas } from '../contract/contract-context.ts';
import { testDatabases } from '../support/databases.ts';
import { runSql } from '../support/run-sql.ts';

/** What was done to a log of three revisions, and what is said of it. */
const DAMAGES: readonly { damage: string; sql: string; message: RegExp }[] = [
  { damage: 'a hole', sql: 'DELETE FROM changes WHERE revision = 2', message: /no revision 2$/ },
  { damage: 'no end', sql: 'DELETE FROM changes WHERE revision = 3', message: /no revision 3$/ },
  {
    damage: 'a cut payload',
    sql: "UPDATE changes SET payload = '[[' WHERE revision = 2",
    message: /revision 2 cannot be read$/,
  },
  {
    damage: 'a payload of something else',
    sql: "UPDATE changes SET payload = '[{}]' WHERE revision = 2",
    message: /revision 2 cannot be read$/,
  },
  {
    damage: 'a checksum that is none',
    sql: "UPDATE changes SET checksum = 'x' WHERE revision = 2",
    message: /checksum of revision 2 is not one$/,
  },
];

for (const kind of testDatabases().filter(({ name }) => name !== 'SQLite memory')) {
  describe(`a change log of ${kind.name} that is damaged`, () => {
    for (const { damage, sql, message } of DAMAGES) {
      it(`is not read past ${damage}`, async () => {
        await using database = await kind.create();
        await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
        for (const id of ['a', 'b', 'c']) await persister.writeTuples(deltas(`+n:o#r@${id}`));
        await runSql(database.dsn, sql);
        await assert.rejects(
          readAllChanges(persister),
          (error) => error instanceof ChangeLogError && message.test(error.message),
        );
      });
    }

    it('is read whatever the head has for its checksum', async () => {
      await using database = await kind.create();
      await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      await persister.writeTuples(deltas('+n:o#r@a'));
      await runSql(database.dsn, "UPDATE heads SET checksum = 'x'");
      const { newest, checksum, changes } = await persister.readChanges(0, { limit: 10 });
      assert.deepEqual([newest, checksum, changes.length], [1, 'x', 1]);
    });

    it('may have kinds of changes that this program does not know', async () => {
      await using database = await kind.create();
      await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      for (const id of ['a', 'b']) await persister.writeTuples(deltas(`+n:o#r@${id}`));
      await runSql(database.dsn, "UPDATE changes SET kind = 'other', payload = 'whatever' WHERE revision = 1");
      const { changes } = await persister.readChanges(0, { limit: 10 });
      assert.deepEqual(
        changes.map((change) => change.deltas),
        [[], deltas('+n:o#r@b')],
      );
    });
  });
}

async function readAllChanges(
  persister: Pick<Awaited<ReturnType<typeof openPersister>>, 'readChanges'>,
): Promise<void> {
  for (let after = 0; after < 3; )
    after = (await persister.readChanges(after, { limit: 10 })).changes.at(-1)?.revision ?? after;
}
