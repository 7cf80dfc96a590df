import type { Revision } from '../../revision.ts';
import type { CallOptions, ChangeBounds, SqlRow, SqlSession, StoredChanges, StoredFacts } from '../sql-database.ts';
import type { BoundStatement } from '../statement.ts';
import type { StoredSet, StoredTuple } from '../stored-tuple.ts';
import type { Turnstile } from './turnstile.ts';

/** A session whose calls wait while a turnstile is busy. */
export class WaitingSession implements SqlSession {
  readonly #session: SqlSession;
  readonly #turnstile: Turnstile;

  constructor({ session, turnstile }: { session: SqlSession; turnstile: Turnstile }) {
    this.#session = session;
    this.#turnstile = turnstile;
  }

  query(statement: BoundStatement, options: CallOptions = {}): Promise<readonly SqlRow[]> {
    return this.#call(() => this.#session.query(statement, options), options);
  }

  queryTexts(statement: BoundStatement, options: CallOptions = {}): Promise<readonly (readonly string[])[]> {
    return this.#call(() => this.#session.queryTexts(statement, options), options);
  }

  execute(statement: BoundStatement, options: CallOptions = {}): Promise<number> {
    return this.#call(() => this.#session.execute(statement, options), options);
  }

  findFacts(
    tuples: readonly StoredTuple[],
    sets: readonly StoredSet[],
    options: CallOptions = {},
  ): Promise<StoredFacts> {
    return this.#call(() => this.#session.findFacts(tuples, sets, options), options);
  }

  findChanges(after: Revision, bounds: ChangeBounds, options: CallOptions = {}): Promise<StoredChanges> {
    return this.#call(() => this.#session.findChanges(after, bounds, options), options);
  }

  findStrings(digests: readonly string[], options: CallOptions = {}): Promise<ReadonlyMap<string, string>> {
    return this.#call(() => this.#session.findStrings(digests, options), options);
  }

  async #call<T>(call: () => Promise<T>, options: CallOptions): Promise<T> {
    while (this.#turnstile.isBusy) await this.#turnstile.next(options);
    return call();
  }
}
