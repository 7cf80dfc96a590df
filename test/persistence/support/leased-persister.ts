import pg from 'pg';
import { LEASE_TIMES, type LeaseTimes } from '../../../src/persistence/sql/lease/lease-times.ts';
import { loadMigrations } from '../../../src/persistence/sql/migration.ts';
import { Migrator } from '../../../src/persistence/sql/migrator.ts';
import { PostgresDialect } from '../../../src/persistence/sql/postgres/postgres-dialect.ts';
import { parsePostgresDsn } from '../../../src/persistence/sql/postgres/postgres-dsn.ts';
import { SqlPersister } from '../../../src/persistence/sql/sql-persister.ts';
import { eventually } from '../../support/eventually.ts';

/** Times in the proportions of the real ones, and far shorter. */
export const SHORT_TIMES: LeaseTimes = {
  ...LEASE_TIMES,
  trustMs: 300,
  termMs: 600,
  renewMs: 50,
  idleMs: 60_000,
  minPauseMs: 60_000,
  maxWaitMs: 60_000,
};

/** A persister of a PostgreSQL database that has its schema, which holds the lease when that is worth it. */
export async function openLeased(dsn: string, times: Partial<LeaseTimes> = {}): Promise<SqlPersister> {
  const dialect = await PostgresDialect.open(parsePostgresDsn(dsn));
  const migrator = new Migrator({ dialect, migrations: await loadMigrations('postgres') });
  const lease = { mayHold: true, times: { ...SHORT_TIMES, ...times } };
  return new SqlPersister({ database: await dialect.openDatabase(), migrator, lease });
}

/** Resolves when the persister has the lease, which it takes only while it is asked. */
export async function holdLease(persister: Pick<SqlPersister, 'soleNewest'>): Promise<void> {
  await eventually(() => {
    for (let reads = 0; reads < 10; reads++) persister.soleNewest();
    return persister.soleNewest() !== undefined;
  });
}

/** Runs a statement on a connection of its own; answers the rows. */
export async function runAside(dsn: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(dsn);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
