import { setImmediate } from 'node:timers/promises';
import type { TupleDelta } from '../../../tuple/relation-tuple.ts';
import { throwIfAborted } from '../abort.ts';
import { TUPLE_CHANGES } from '../change-payload.ts';
import { ChangeRow } from '../change-row.ts';
import { restoreFrom } from '../long-strings.ts';
import type { CallOptions, Committed, TupleDeletion } from '../sql-database.ts';
import type { BoundStatement } from '../statement.ts';
import { digestOf, type LongStrings } from '../stored-string.ts';
import { fromStoredTuple, longFormsOf, type StoredTuple } from '../stored-tuple.ts';
import { DELTAS_PER_TURN, type PlannedChange, piecesOf, type WritePlan } from '../write-plan.ts';
import type { SqliteSession } from './sqlite-session.ts';

/** Changes a network's tuples inside a transaction that holds the write lock. */
export class SqliteCommit {
  readonly #nid: number;
  readonly #session: SqliteSession;

  constructor({ nid, session }: { nid: number; session: SqliteSession }) {
    this.#nid = nid;
    this.#session = session;
  }

  apply({ changes, longStrings }: WritePlan): Committed {
    const log = new ChangeRow();
    this.#addStrings(longStrings);
    log.add(this.#apply([...changes.values()]));
    return this.#append(log);
  }

  /** Deletes what matches, but nothing when that is too much for one turn; undefined then. */
  deleteFew({ page, deletion }: TupleDeletion): Committed | undefined {
    const { text, values } = page(undefined, DELTAS_PER_TURN + 1);
    if (this.#session.prepare(text).all(...values).length > DELTAS_PER_TURN) return undefined;
    const log = new ChangeRow();
    log.add(this.#deleteMatching(deletion));
    return this.#append(log);
  }

  /** A plan of any size, and others get their turn in between. @throws SthenoError when the signal aborts */
  async applyInTurns({ changes, longStrings }: WritePlan, { signal }: CallOptions): Promise<Committed> {
    const log = new ChangeRow();
    for (const texts of piecesOf([...longStrings], DELTAS_PER_TURN)) {
      this.#addStrings(new Map(texts));
      await setImmediate();
    }
    for (const planned of piecesOf([...changes.values()], DELTAS_PER_TURN)) {
      throwIfAborted(signal);
      log.add(this.#apply(planned));
      await setImmediate();
    }
    return this.#append(log);
  }

  #addStrings(longStrings: LongStrings): void {
    const statement = this.#session.prepare(INSERT_STRING);
    for (const [longForm, value] of longStrings) statement.run(digestOf(longForm), Buffer.from(value));
  }

  /** Runs a statement for each change; answers those that changed the table. */
  #apply(planned: readonly PlannedChange[]): TupleDelta[] {
    const insertion = this.#session.prepare(INSERT_TUPLE);
    const deletion = this.#session.prepare(DELETE_TUPLE);
    const effective: TupleDelta[] = [];
    for (const { delta, stored } of planned) {
      const statement = delta.action === 'insert' ? insertion : deletion;
      if (statement.run(this.#nid, ...stored).changes === 1) effective.push(delta);
    }
    return effective;
  }

  #deleteMatching({ text, values }: BoundStatement): TupleDelta[] {
    // The statement returns the six tuple columns.
    const rows = this.#session.prepare(text).all(...values) as unknown as StoredTuple[];
    const digests = new Set(rows.flatMap(longFormsOf).map(digestOf));
    const restore = restoreFrom(this.#session.readStrings([...digests]));
    return rows.map((row) => ({ action: 'delete', tuple: fromStoredTuple(row, restore) }));
  }

  #append(log: ChangeRow): Committed {
    const { revision: previous, checksum: before } = this.#readHead();
    if (log.deltas.length === 0) {
      return { revision: previous, changes: [], checksum: undefined, committedAt: undefined };
    }
    const revision = previous + 1;
    const checksum = log.checksumAfter(before);
    this.#session.prepare(MOVE_HEAD).run(revision, checksum, this.#nid);
    const row = this.#session.prepare(APPEND_CHANGE).get(this.#nid, revision, TUPLE_CHANGES, log.payload, checksum);
    return {
      revision,
      changes: log.deltas,
      checksum: checksum ?? undefined,
      committedAt: new Date(String(row?.[0])), // NOT NULL
    };
  }

  #readHead(): { revision: number; checksum: string | null } {
    const row = this.#session.prepare(HEAD).get(this.#nid);
    if (row === undefined) throw new Error('BUG: the network has no head');
    const [revision, checksum] = row;
    return { revision: Number(revision), checksum: checksum === null ? null : String(checksum) };
  }
}

const HEAD = 'SELECT revision, checksum FROM heads WHERE nid = ?';

const MOVE_HEAD = 'UPDATE heads SET revision = ?, checksum = ? WHERE nid = ?';

const APPEND_CHANGE = `INSERT INTO changes (nid, revision, committed_at, kind, payload, checksum)
  VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, CAST(? AS TEXT), ?) RETURNING committed_at`;

const INSERT_STRING = 'INSERT INTO strings (digest, value) VALUES (?, ?) ON CONFLICT DO NOTHING';

const INSERT_TUPLE = `INSERT INTO relation_tuples
    (nid, namespace, object, relation, subject_namespace, subject_object, subject_relation)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

const DELETE_TUPLE = `DELETE FROM relation_tuples
  WHERE nid = ? AND namespace = ? AND object = ? AND relation = ?
    AND subject_namespace = ? AND subject_object = ? AND subject_relation = ?`;
