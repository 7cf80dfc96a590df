import { openPersister } from '../../src/persistence/sql/open-persister.ts';

/** A program: `DSN NAME COUNT` writes COUNT tuples of the subject NAME, each in a commit of its own. */
const [, , dsn = '', name = '', count = '0'] = process.argv;
await using persister = await openPersister({ dsn });
for (let i = 0; i < Number(count); i++) {
  const tuple = { namespace: 'n', object: `o${i}`, relation: 'r', subject: { kind: 'id', id: name } } as const;
  await persister.writeTuples([{ action: 'insert', tuple }]);
}
