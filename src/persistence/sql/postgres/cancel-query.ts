import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** How long to wait for the end of a statement that the server was asked to cancel. */
const CANCEL_LIMIT_MS = 1_000;

/**
 * Asks the server to cancel what runs on a connection, and waits for what becomes of it: it may
 * be too late. Answers `undefined` when the server does not say soon, which leaves that open. A
 * late request could meet another statement, so the connection must not be used any more.
 * @throws what the statement throws
 */
export async function cancelQuery<T>(
  running: Promise<T>,
  { client, connection }: { client: pg.PoolClient; connection: pg.ClientConfig },
): Promise<T | undefined> {
  const limit = new AbortController();
  const late = sleep(CANCEL_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => undefined);
  void askToCancel(client, connection);
  try {
    return await Promise.race([running, late]);
  } finally {
    limit.abort();
  }
}

async function askToCancel(client: pg.PoolClient, connection: pg.ClientConfig): Promise<void> {
  // The server told it when the connection was opened; the driver's types do not know of it.
  const { processID } = client as pg.PoolClient & { readonly processID: number };
  const asking = new pg.Client(connection);
  asking.on('error', () => {}); // It fails the query as well.
  try {
    await asking.connect();
    await asking.query('SELECT pg_cancel_backend($1)', [processID]);
  } catch {
    // Then nothing cancels it.
  } finally {
    asking.end().catch(() => {});
  }
}
