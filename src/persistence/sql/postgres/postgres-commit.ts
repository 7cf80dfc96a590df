import { setImmediate } from 'node:timers/promises';
import type { TupleDelta } from '../../../tuple/relation-tuple.ts';
import { TUPLE_CHANGES } from '../change-payload.ts';
import { ChangeRow } from '../change-row.ts';
import { fetchLongStrings } from '../long-strings.ts';
import type { Committed, SqlRow } from '../sql-database.ts';
import type { BoundStatement } from '../statement.ts';
import { digestOf, type LongStrings } from '../stored-string.ts';
import { fromStoredTuple, type StoredTuple } from '../stored-tuple.ts';
import { type PlannedChange, piecesOf, type WritePlan } from '../write-plan.ts';
import { columnsOf } from './columns-of.ts';
import { insertNewTuples } from './insert-new-tuples.ts';
import type { PostgresSession } from './postgres-session.ts';

/** How many deltas one statement has at most: two or three milliseconds of work for the driver. */
const DELTAS_PER_STATEMENT = 1000;

/** Changes a network's tuples in several statements, by the functions that the migration "commits" made. */
export class PostgresCommit {
  readonly #nid: number;
  readonly #writer: string;
  readonly #session: PostgresSession;
  readonly #signal: AbortSignal | undefined;

  /** @param writer what is named to the functions that move the head on, see `CommitOptions` */
  constructor(parts: { nid: number; writer: string; session: PostgresSession; signal: AbortSignal | undefined }) {
    const { nid, writer, session, signal } = parts;
    this.#nid = nid;
    this.#writer = writer;
    this.#session = session;
    this.#signal = signal;
  }

  /** Applies a plan of any size inside a transaction that holds the lock of the network's head. */
  async applyPlan({ changes, longStrings }: WritePlan): Promise<Committed> {
    const log = new ChangeRow();
    for (const texts of piecesOf([...longStrings], DELTAS_PER_STATEMENT))
      await this.#query(ADD_STRINGS, toTexts(new Map(texts)));
    const all = [...changes.values()];
    const inserted = await insertNewTuples(all, { nid: this.#nid, session: this.#session, signal: this.#signal });
    if (inserted !== undefined) return this.#append(inserted);
    let applied: readonly TupleDelta[] = [];
    for (const planned of piecesOf(all, DELTAS_PER_STATEMENT)) {
      const running = this.#query(APPLY, [this.#nid, ...toColumns(planned), [], []]);
      // What came before is logged while the database works.
      log.add(applied);
      const deltas = planned.map(({ delta }) => delta);
      applied = effective(deltas, (await running)[0]?.[0]);
      await setImmediate();
    }
    log.add(applied);
    return this.#append(log);
  }

  /** Deletes what a statement deletes, inside a transaction that holds the lock of the network's head. */
  async deleteMatching({ text, values }: BoundStatement): Promise<Committed> {
    // The statement returns the six tuple columns, which are texts and NOT NULL.
    const rows = (await this.#query(text, values)) as unknown as readonly StoredTuple[];
    const restore = await fetchLongStrings(this.#session, rows, { signal: this.#signal });
    const log = new ChangeRow();
    for (const piece of piecesOf(rows, DELTAS_PER_STATEMENT)) {
      log.add(piece.map((row) => ({ action: 'delete', tuple: fromStoredTuple(row, restore) })));
      await setImmediate();
    }
    return this.#append(log);
  }

  async #append(log: ChangeRow): Promise<Committed> {
    const [row] =
      log.deltas.length === 0
        ? await this.#query(HEAD, [this.#nid])
        : await this.#query(APPEND, [this.#nid, TUPLE_CHANGES, log.payload, [...log.lanes], this.#writer]);
    return toCommitted(row, log.deltas);
  }

  #query(text: string, values: readonly unknown[]): Promise<readonly SqlRow[]> {
    return this.#session.run(text, values, this.#signal);
  }
}

/** Signs and the six columns, each as an array. */
function toColumns(planned: readonly PlannedChange[]): (readonly unknown[])[] {
  const rows = planned.map(({ stored }) => stored);
  return [planned.map(({ delta }) => (delta.action === 'insert' ? 1 : -1)), ...columnsOf(rows, 6)];
}

/** Digests and values, each as an array. */
function toTexts(longStrings: LongStrings): [string[], Buffer[]] {
  return [[...longStrings.keys()].map(digestOf), [...longStrings.values()].map((value) => Buffer.from(value))];
}

/** Those of the deltas that changed something; null says that all of them did. */
function effective(deltas: readonly TupleDelta[], changed: unknown): readonly TupleDelta[] {
  if (changed === null) return deltas;
  const flags = changed as readonly boolean[]; // a boolean[] column, one element for each delta
  return deltas.filter((_, index) => flags[index] === true);
}

/** A row of revision, checksum and time of the commit; the last two are null without changes. */
function toCommitted(row: SqlRow | undefined, changes: readonly TupleDelta[]): Committed {
  if (row === undefined) throw new Error('BUG: the network has no head');
  const [revision, checksum, committedAt] = row;
  return {
    revision: Number(revision),
    changes,
    checksum: checksum === null ? undefined : String(checksum),
    committedAt: committedAt === null ? undefined : (committedAt as Date), // timestamptz
  };
}

const APPLY = 'SELECT stheno_apply($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)';

const APPEND = 'SELECT new_revision, new_checksum, new_committed_at FROM stheno_append($1, $2, $3, $4, $5)';

const HEAD = 'SELECT revision, NULL, NULL FROM heads WHERE nid = $1';

const ADD_STRINGS = `INSERT INTO strings (digest, value)
  SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT DO NOTHING`;
