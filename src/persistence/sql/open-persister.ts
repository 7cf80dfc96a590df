import type { Persister } from '../persister.ts';
import type { PolicyDocuments } from '../policy-documents.ts';
import type { StoredModels } from '../stored-models.ts';
import { parseDsn } from './dsn.ts';
import { loadMigrations } from './migration.ts';
import { Migrator } from './migrator.ts';
import { NotMigratedError } from './not-migrated-error.ts';
import { openDialect } from './open-dialect.ts';
import { SqlPersister } from './sql-persister.ts';

export interface OpenPersisterOptions {
  /** Where the database is (contract: configuration §3). */
  readonly dsn: string;
  /** Apply pending migrations first; memory databases always do. Default: false. */
  readonly autoMigrate?: boolean | undefined;
  /** Be the only one that writes, for a time, when that saves queries and the database can lend it. Default: false. */
  readonly lease?: boolean | undefined;
  /** Gets the name of each parameter of the DSN whose value cannot be read; its default holds. */
  readonly onIgnoredParameter?: ((name: string) => void) | undefined;
}

/** A persister with what else the database has: the migrations it still lacks, as `VERSION_NAME`, policies, and models. */
export type OpenedPersister = Persister & {
  readonly policyDocuments: PolicyDocuments;
  readonly models: StoredModels;
  /** Whether it is the only one that writes now; undefined where that is not lent. */
  readonly isLeaseHeld: boolean | undefined;
  pendingMigrations(): Promise<readonly string[]>;
};

/**
 * Opens the database of a DSN. One that lacks only some migrations is opened as it is.
 * @throws {DsnError} when the DSN cannot be used
 * @throws {NotMigratedError} when the database was never migrated
 * @throws SthenoError `unavailable` when the database cannot be reached or opened; trying again may help
 */
export async function openPersister({
  dsn,
  autoMigrate = false,
  lease = false,
  onIgnoredParameter,
}: OpenPersisterOptions): Promise<OpenedPersister> {
  const parsed = parseDsn(dsn);
  for (const name of parsed.ignored) onIgnoredParameter?.(name);
  const migrations = await loadMigrations(parsed.kind);
  const dialect = await openDialect(parsed);
  try {
    const migrator = new Migrator({ dialect, migrations });
    await prepareSchema(migrator, { migrates: autoMigrate || parsed.isInMemory });
    return new SqlPersister({ database: await dialect.openDatabase(), migrator, lease: { mayHold: lease } });
  } catch (error) {
    await dialect[Symbol.asyncDispose]();
    throw error;
  }
}

async function prepareSchema(migrator: Migrator, { migrates }: { migrates: boolean }): Promise<void> {
  if (migrates) return migrator.up();
  const status = await migrator.status();
  if (status.every(({ state }) => state === 'Pending')) throw new NotMigratedError();
}
