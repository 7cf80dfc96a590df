import type SqliteConnection from 'better-sqlite3';
import type { CallOptions } from '../sql-database.ts';
import { retryWhileBusy, toSthenoError } from './sqlite-errors.ts';

/**
 * Runs `work` in a transaction that holds the write lock from its beginning. Others get their
 * turn while `work` waits, so nobody else may use the connection until this is over.
 * @throws what `work` throws; errors of the driver as `toSthenoError` has them
 */
export async function transactInTurns<T>(
  connection: SqliteConnection.Database,
  work: () => Promise<T>,
  options: { busyTimeoutMs: number } & CallOptions,
): Promise<T> {
  const { busyTimeoutMs, signal } = options;
  await retryWhileBusy(() => connection.exec('BEGIN IMMEDIATE'), { busyTimeoutMs, signal });
  try {
    const result = await work();
    // Without write-ahead log readers keep a commit waiting.
    await retryWhileBusy(() => connection.exec('COMMIT'), { busyTimeoutMs, signal });
    return result;
  } catch (error) {
    // The driver takes a transaction back by itself when the disk is full.
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw toSthenoError(error);
  }
}
