import type { Cancellation } from '../../engine/cancellation.ts';
import type { ListOptions, PagePosition, TupleReader } from '../../persistence/tuple-reader.ts';
import type { RelationQuery, RelationTuple } from '../../tuple/relation-tuple.ts';
import { throwIfGivenUp } from '../cancellation.ts';

/** Rows that are read at once: a millisecond or two of work. */
const PAGE_ROWS = 1000;

/** Reads all tuples that match, page by page. The reader should show one unchanging state. */
export class StoredPages {
  readonly #reader: Pick<TupleReader, 'listTuples'>;
  readonly #cancellation: Cancellation | undefined;

  constructor(reader: Pick<TupleReader, 'listTuples'>, cancellation: Cancellation | undefined) {
    this.#reader = reader;
    this.#cancellation = cancellation;
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
      after = page.next;
    } while (after !== undefined);
  }
}
