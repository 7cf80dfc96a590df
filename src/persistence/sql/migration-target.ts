import type { Migration } from './migration.ts';

/**
 * A database whose schema can be changed: one implementation a dialect. Many processes
 * may call it at once; each change happens in one transaction, and once.
 */
export interface MigrationTarget {
  /** The versions that are recorded as applied; none in a database that was never migrated. */
  applied(): Promise<ReadonlySet<string>>;
  /** Applies the migration unless it is applied. */
  apply(migration: Migration): Promise<void>;
  /** Takes the migration back unless it is not applied. */
  revert(migration: Migration): Promise<void>;
}
