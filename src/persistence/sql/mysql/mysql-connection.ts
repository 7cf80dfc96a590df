import mysql from 'mysql2';
import { SthenoError } from '../../../errors.ts';
import type { SqlRow } from '../sql-database.ts';
import { toSthenoError } from './mysql-errors.ts';

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
  #running = 0;

  constructor({ connection, maxPacketBytes }: { connection: mysql.PoolConnection; maxPacketBytes: number }) {
    this.#connection = connection;
    this.maxPacketBytes = maxPacketBytes;
  }

  /** Whether a statement is under way. */
  get isBusy(): boolean {
    return this.#running > 0;
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

  release(): void {
    this.#connection.release();
  }

  /** Closes it, whatever is under way. The server takes its transaction back. */
  destroy(): void {
    this.#connection.destroy();
  }

  async #call(begin: (done: (error: Error | null, result: mysql.QueryResult) => void) => void): Promise<MysqlResult> {
    this.#running++;
    try {
      return await new Promise((resolve, reject) => {
        begin((error, result) => (error === null ? resolve(toResult(result)) : reject(toSthenoError(error))));
      });
    } finally {
      this.#running--;
    }
  }
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
