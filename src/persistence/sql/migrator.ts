import { parseDsn } from './dsn.ts';
import { loadMigrations, type Migration } from './migration.ts';
import { openDialect } from './open-dialect.ts';
import type { SqlDialect } from './sql-dialect.ts';

export interface MigrationStatus extends Migration {
  readonly state: 'Pending' | 'Applied';
}

/** Brings a database's schema up and down. Any number of processes may do so at once. */
export class Migrator implements AsyncDisposable {
  readonly #dialect: SqlDialect;
  readonly #migrations: readonly Migration[];

  /** Takes the dialect over. The migrations are in order. */
  constructor({ dialect, migrations }: { dialect: SqlDialect; migrations: readonly Migration[] }) {
    this.#dialect = dialect;
    this.#migrations = migrations;
  }

  /**
   * @throws {DsnError} when the DSN cannot be used
   * @throws SthenoError `unavailable` when the database does not answer
   */
  static async open({ dsn }: { dsn: string }): Promise<Migrator> {
    const parsed = parseDsn(dsn);
    const migrations = await loadMigrations(parsed.kind);
    return new Migrator({ dialect: await openDialect(parsed), migrations });
  }

  /** All migrations in order. */
  async status(): Promise<readonly MigrationStatus[]> {
    const applied = await this.#dialect.migrations.applied();
    return this.#migrations.map((migration) => ({
      ...migration,
      state: applied.has(migration.version) ? 'Applied' : 'Pending',
    }));
  }

  /** The pending ones as `VERSION_NAME`. */
  async pending(): Promise<readonly string[]> {
    const all = await this.status();
    return all.filter(({ state }) => state === 'Pending').map(({ version, name }) => `${version}_${name}`);
  }

  /** Applies what is pending, in order, each migration in a transaction of its own. */
  async up(): Promise<void> {
    const applied = await this.#dialect.migrations.applied();
    for (const migration of this.#migrations) {
      if (!applied.has(migration.version)) await this.#dialect.migrations.apply(migration);
    }
  }

  /** Takes the last `steps` applied migrations back, newest first; 0 takes all back. */
  async down(steps: number): Promise<void> {
    const applied = await this.#dialect.migrations.applied();
    const newestFirst = this.#migrations.filter(({ version }) => applied.has(version)).reverse();
    for (const migration of steps === 0 ? newestFirst : newestFirst.slice(0, steps)) {
      await this.#dialect.migrations.revert(migration);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dialect[Symbol.asyncDispose]();
  }
}
