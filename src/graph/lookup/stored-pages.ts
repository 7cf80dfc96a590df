import type { Cancellation } from '../../engine/cancellation.ts';
import type { ListOptions, PagePosition, TupleReader } from '../../persistence/tuple-reader.ts';
import type { RelationQuery, RelationTuple } from '../../tuple/relation-tuple.ts';
import { throwIfGivenUp } from '../cancellation.ts';
import type { SharedTurns } from './shared-turns.ts';

/** Rows that are read at once: a millisecond or two of work. */
const PAGE_ROWS = 1000;

/** Reads all tuples that match, page by page. The reader should show one unchanging state. */
export class StoredPages {
  readonly #reader: Pick<TupleReader, 'listTuples'>;
  readonly #cancellation: Cancellation | undefined;
  readonly #turns: SharedTurns;

  constructor(parts: {
    reader: Pick<TupleReader, 'listTuples'>;
    cancellation: Cancellation | undefined;
    turns: SharedTurns;
  }) {
    this.#reader = parts.reader;
    this.#cancellation = parts.cancellation;
    this.#turns = parts.turns;
  }

  /** @throws {SthenoError} when the request was given up */
  async *matching(
    query: RelationQuery,
    options: Pick<ListOptions, 'subjectObject'> = {},
  ): AsyncGenerator<readonly RelationTuple[], void> {
    let after: PagePosition | undefined;
    do {
      throwIfGivenUp(this.#cancellation);
      const signal = this.#cancellation?.signal;
      const page = await this.#reader.listTuples(query, { ...options, limit: PAGE_ROWS, after, signal });
      yield page.tuples;
      // A database in this process answers at once, and would leave no turn to others.
      await this.#turns.pause();
      after = page.next;
    } while (after !== undefined);
  }
}
