import type { BulkTupleReader } from './bulk-tuple-reader.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { TupleReader } from './tuple-reader.ts';
import type { TupleScanner } from './tuple-scanner.ts';
import type { TupleWriter } from './tuple-writer.ts';

/** One network's tuples in one database. It owns its connections; disposing it closes them. */
export interface Persister
  extends TupleReader,
    BulkTupleReader,
    TupleScanner,
    TupleWriter,
    ChangeFeed,
    AsyncDisposable {
  /** Identifies the network (and with it the database) in tokens: 16 bytes, random at creation. */
  readonly networkId: Uint8Array;
  /**
   * Runs `read` against one unchanging state, in a read-only transaction: every call of
   * the given reader sees the same revision. `read` must not wait for a write: on some
   * databases a write waits until no snapshot is being read.
   */
  readSnapshot<T>(
    read: (reader: TupleReader) => Promise<T>,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<T>;
  /** Resolves when the database answers. @throws when it does not */
  ping(options?: { signal?: AbortSignal | undefined }): Promise<void>;
}
