import SqliteConnection from 'better-sqlite3';
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
    () => new SqliteConnection(path, { readonly: isReadOnly, fileMustExist: mustExist, timeout: 0 }),
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
