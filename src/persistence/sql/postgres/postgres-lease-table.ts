import type { Revision } from '../../revision.ts';
import type { LeaseTable, StoredLease } from '../lease/lease-table.ts';
import type { PostgresSession } from './postgres-session.ts';

/**
 * The lease in a row of `heads`. Each change is a transaction of its own and waits for the row's lock, which every commit
 * has until its end. They are durable as commits are: a renewal that a crash took back could be believed by its sender.
 */
export class PostgresLeaseTable implements LeaseTable {
  readonly #session: PostgresSession;
  readonly #nid: number;

  constructor({ session, nid }: { session: PostgresSession; nid: number }) {
    this.#session = session;
    this.#nid = nid;
  }

  async read(): Promise<StoredLease> {
    const [row] = await this.#run(READ);
    if (row === undefined) throw new Error('BUG: the network has no head');
    const [holder, renewals, revision, isWanted] = row;
    return {
      holder: String(holder),
      renewals: Number(renewals),
      revision: Number(revision),
      isWanted: isWanted === true,
    };
  }

  async acquire(holder: string): Promise<Revision | undefined> {
    const [row] = await this.#run(ACQUIRE, holder);
    return row === undefined ? undefined : Number(row[0]);
  }

  async renew(holder: string): Promise<Pick<StoredLease, 'revision' | 'isWanted'> | undefined> {
    const [row] = await this.#run(RENEW, holder);
    return row === undefined ? undefined : { revision: Number(row[0]), isWanted: row[1] === true };
  }

  async release(holder: string): Promise<void> {
    await this.#run(RELEASE, holder);
  }

  async want(holder: string): Promise<void> {
    await this.#run(WANT, holder);
  }

  async end({ holder, renewals, revision }: StoredLease): Promise<void> {
    await this.#run(END, holder, renewals, revision);
  }

  #run(text: string, ...values: readonly (string | number)[]): ReturnType<PostgresSession['run']> {
    return this.#session.run(text, [this.#nid, ...values], undefined);
  }
}

const READ = 'SELECT holder, renewals, revision, is_wanted FROM heads WHERE nid = $1';

const ACQUIRE = `UPDATE heads SET holder = $2, renewals = renewals + 1, is_wanted = false
  WHERE nid = $1 AND holder = '' RETURNING revision`;

const RENEW = `UPDATE heads SET renewals = renewals + 1
  WHERE nid = $1 AND holder = $2 RETURNING revision, is_wanted`;

const RELEASE = `UPDATE heads SET holder = '', renewals = renewals + 1, is_wanted = false
  WHERE nid = $1 AND holder = $2`;

const WANT = 'UPDATE heads SET is_wanted = true WHERE nid = $1 AND holder = $2';

const END = `UPDATE heads SET holder = '', renewals = renewals + 1, is_wanted = false
  WHERE nid = $1 AND holder = $2 AND renewals = $3 AND revision = $4`;
