import pg from 'pg';
import type { Revision } from '../../revision.ts';
import { NOTIFY_CHANNEL } from './notify-channel.ts';

/** How long to wait before a lost connection is opened again; each further try waits twice as long, up to the last. */
const MIN_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;

export interface PostgresListenerOptions {
  /** How to connect: a connection of its own, for as long as it listens. */
  readonly connection: pg.ClientConfig;
  readonly networkId: Uint8Array;
  /** Gets the revision of each commit; undefined when some may have been missed. */
  readonly onNotice: (revision: Revision | undefined) => void;
}

/** Hears of commits as PostgreSQL tells them (manual: NOTIFY), whichever process made them. */
export class PostgresListener {
  readonly #connection: pg.ClientConfig;
  readonly #prefix: string;
  readonly #onNotice: PostgresListenerOptions['onNotice'];
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waitMs = MIN_WAIT_MS;
  #isStopped = false;

  /** It listens from now on, and connects again by itself. */
  constructor({ connection, networkId, onNotice }: PostgresListenerOptions) {
    this.#connection = connection;
    this.#prefix = `${Buffer.from(networkId).toString('hex')}:`;
    this.#onNotice = onNotice;
    this.#connect();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#client?.end();
  }

  #connect(): void {
    const client = new pg.Client(this.#connection);
    this.#client = client;
    client.on('error', () => this.#reconnect(client));
    client.on('end', () => this.#reconnect(client));
    client.on('notification', ({ payload = '' }) => this.#hear(payload));
    this.#listen(client).catch(() => this.#reconnect(client));
  }

  async #listen(client: pg.Client): Promise<void> {
    await client.connect();
    await client.query(`LISTEN ${NOTIFY_CHANNEL}`);
    this.#waitMs = MIN_WAIT_MS;
    this.#notice(undefined); // What was committed before was not heard.
  }

  /** Notices of other networks are on the same channel. */
  #hear(payload: string): void {
    if (payload.startsWith(this.#prefix)) this.#notice(Number(payload.slice(this.#prefix.length)));
  }

  /** The connection takes a while to end, and hears until then. */
  #notice(revision: Revision | undefined): void {
    if (!this.#isStopped) this.#onNotice(revision);
  }

  /** Once for each client, whatever it says how often. */
  #reconnect(client: pg.Client): void {
    if (client !== this.#client || this.#isStopped) return;
    this.#client = undefined;
    client.end().catch(() => {}); // It is gone already, or will be.
    this.#timer = setTimeout(() => this.#connect(), this.#waitMs);
    this.#timer.unref();
    this.#waitMs = Math.min(this.#waitMs * 2, MAX_WAIT_MS);
  }
}
