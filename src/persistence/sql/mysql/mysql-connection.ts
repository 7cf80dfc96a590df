import type { Duplex } from 'node:stream';
import mysql from 'mysql2';
import { SthenoError } from '../../../errors.ts';
import type { SqlRow } from '../sql-database.ts';
import { toCommitError, toSthenoError } from './mysql-errors.ts';

/** A value of a placeholder. */
export type MysqlValue = string | number | Uint8Array | Date | null;

/** What a statement answers: rows, with bytes as Buffers, or how many rows it changed. */
export interface MysqlResult {
  readonly rows: readonly SqlRow[];
  readonly changed: number;
}

/** What runs a statement: a pool, on any connection, or one connection in a transaction. */
export interface MysqlExecutor {
  /** How long a packet to the server may be. */
  readonly maxPacketBytes: number;
  /** @throws SthenoError `resource_exhausted` when the values are more than the server takes, and as `toSthenoError` has it */
  run(text: string, values: readonly MysqlValue[]): Promise<MysqlResult>;
}

/** Room in a packet for what is not a value. */
const PACKET_OVERHEAD_BYTES = 1024;

/** One connection out of a pool, until it is released or destroyed. Statements are prepared once on it. */
export class MysqlConnection implements MysqlExecutor {
  readonly maxPacketBytes: number;
  readonly #connection: mysql.PoolConnection;
  readonly #timeoutMs: number;
  /** How to make each statement that is under way fail. */
  readonly #running = new Set<(error: Error) => void>();

  constructor({ connection, maxPacketBytes, timeoutMs }: MysqlConnectionOptions) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    this.maxPacketBytes = maxPacketBytes;
  }

  /** Whether a statement is under way. */
  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  async run(text: string, values: readonly MysqlValue[]): Promise<MysqlResult> {
    // The server would close the connection.
    const bytes = values.reduce<number>((sum, value) => sum + byteLengthOf(value), PACKET_OVERHEAD_BYTES);
    if (bytes > this.maxPacketBytes) {
      throw new SthenoError('resource_exhausted', {
        message: `the database takes values of ${this.maxPacketBytes} bytes at once, not of ${bytes}`,
      });
    }
    const statement = { sql: text, rowsAsArray: true, values: values.map(toParameter) };
    return this.#call((done) => this.#connection.execute(statement, done));
  }

  /** Runs statements of ours that have no values, in one round trip. */
  async control(text: string): Promise<void> {
    await this.#call((done) => this.#connection.query({ sql: text }, done));
  }

  /** @throws SthenoError as `toCommitError` has it */
  async commit(timeoutMs: number): Promise<void> {
    const options = { timeoutMs, toError: toCommitError };
    await this.#call((done) => this.#connection.query({ sql: 'COMMIT' }, done), options);
  }

  release(): void {
    this.#connection.release();
  }

  /** Gives it back after a statement that failed: one that did not answer is of no use any more. */
  releaseAfter(error: unknown): void {
    if (error instanceof SthenoError && error.code === 'unavailable') this.destroy();
    else this.release();
  }

  /** Closes it, whatever is under way and whether or not the server hears of it. The server takes its transaction back. */
  destroy(): void {
    this.#connection.destroy();
    // The driver only says good-bye. Its types do not know of the socket, which every connection has.
    (this.#connection as mysql.PoolConnection & { readonly stream: Duplex }).stream.destroy();
    for (const fail of this.#running) fail(new Error('the connection was given up'));
  }

  /** The driver's own timers would go on after the end of a connection, of which it does not tell either. */
  async #call(
    begin: (done: (error: Error | null, result: mysql.QueryResult) => void) => void,
    { timeoutMs = this.#timeoutMs, toError = toSthenoError }: CallSettings = {},
  ): Promise<MysqlResult> {
    let fail: (error: Error) => void = () => {};
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        fail = (error) => reject(toError(error));
        this.#running.add(fail);
        timer = setTimeout(fail, timeoutMs, new Error(`no answer within ${timeoutMs} ms`));
        begin((error, result) => (error ? fail(error) : resolve(toResult(result))));
      });
    } finally {
      clearTimeout(timer);
      this.#running.delete(fail);
    }
  }
}

interface CallSettings {
  readonly timeoutMs?: number;
  readonly toError?: (error: unknown) => SthenoError;
}

export interface MysqlConnectionOptions {
  readonly connection: mysql.PoolConnection;
  readonly maxPacketBytes: number;
  /** How long to wait for an answer to a statement. */
  readonly timeoutMs: number;
}

/** Rows are arrays, as was asked for. */
function toResult(result: mysql.QueryResult): MysqlResult {
  if (Array.isArray(result)) return { rows: result as unknown as SqlRow[], changed: 0 };
  return { rows: [], changed: result.affectedRows };
}

/** Numbers are whole ones; the driver would send them with a floating point, which MariaDB refuses here and there. */
function toParameter(value: MysqlValue): MysqlValue | mysql.TypedParameterValue {
  return typeof value === 'number' ? mysql.TypedParameter.LONGLONG(value) : value;
}

function byteLengthOf(value: MysqlValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return value instanceof Uint8Array ? value.byteLength : 16;
}
