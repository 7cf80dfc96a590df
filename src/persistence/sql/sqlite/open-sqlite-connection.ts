import SqliteConnection from 'better-sqlite3';
import { SthenoError } from '../../../errors.ts';
import type { SqliteDsn } from './sqlite-dsn.ts';
import { retryWhileBusy } from './sqlite-errors.ts';

/**
 * Opens a connection with the DSN's pragmas. The driver itself never waits for a lock,
 * which would block the process: see `retryWhileBusy`.
 * @throws SthenoError `unavailable` when the file cannot be opened
 */
export async function openSqliteConnection(
  { path, isReadOnly, mustExist, pragmas, busyTimeoutMs }: SqliteDsn,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<SqliteConnection.Database> {
  const options = { busyTimeoutMs, signal };
  const connection = await retryWhileBusy(
    () => openFile(path, { readonly: isReadOnly, fileMustExist: mustExist, timeout: 0 }),
    options,
  );
  try {
    for (const [name, value] of pragmas) {
      // A read-only connection cannot change how the file is kept.
      if (isReadOnly && name === 'journal_mode') continue;
      await retryWhileBusy(() => connection.pragma(`${name} = ${value}`), options);
    }
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function openFile(path: string, options: SqliteConnection.Options): SqliteConnection.Database {
  try {
    return new SqliteConnection(path, options);
  } catch (error) {
    if (error instanceof SqliteConnection.SqliteError) throw error;
    // The driver finds out by itself, and says with a plain TypeError, that the folder is missing.
    throw new SthenoError('unavailable', { message: 'the database is not available', cause: error });
  }
}
