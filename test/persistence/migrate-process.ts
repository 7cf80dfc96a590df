import { Migrator } from '../../src/persistence/sql/migrator.ts';

/** A program: brings the schema of the database of its one argument up. */
await using migrator = await Migrator.open({ dsn: process.argv[2] ?? '' });
await migrator.up();
