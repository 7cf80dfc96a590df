import { setImmediate } from 'node:timers/promises';
import type { TupleDelta } from '../../../tuple/relation-tuple.ts';
import type { Revision } from '../../revision.ts';
import { TUPLE_CHANGES } from '../change-payload.ts';
import { ChangeRow } from '../change-row.ts';
import { fetchLongStrings } from '../long-strings.ts';
import { TUPLE_COLUMNS } from '../schema.ts';
import type { Committed, TupleDeletion } from '../sql-database.ts';
import { digestOf, type LongStrings } from '../stored-string.ts';
import { fromStoredTuple, type StoredTuple } from '../stored-tuple.ts';
import { type PlannedChange, piecesOf, type WritePlan } from '../write-plan.ts';
import { askedRows } from './asked-rows.ts';
import type { MysqlValue } from './mysql-connection.ts';
import type { MysqlSession } from './mysql-session.ts';

/** How many deltas one statement has at most: two or three milliseconds of work for the driver. */
const DELTAS_PER_STATEMENT = 1000;

/** Half of a packet is for what JSON and the statement add to the values. */
const VALUES_SHARE = 0.5;

/** The head of the network, whose row is locked. */
export interface LockedHead {
  readonly revision: Revision;
  readonly checksum: string | null;
  /** The revision of the newest change of a policy or role. */
  readonly policyRevision: Revision;
  /** The database's clock once the lock was there. */
  readonly now: Date;
}

/** Changes a network's tuples inside a transaction that holds the lock of the network's head. */
export class MysqlCommit {
  readonly #nid: number;
  readonly #session: MysqlSession;
  readonly #head: LockedHead;
  readonly #maxValueBytes: number;
  readonly #signal: AbortSignal | undefined;

  constructor({ nid, session, head, maxPacketBytes, signal }: MysqlCommitOptions) {
    this.#nid = nid;
    this.#session = session;
    this.#head = head;
    this.#maxValueBytes = maxPacketBytes * VALUES_SHARE;
    this.#signal = signal;
  }

  async applyPlan({ changes, longStrings }: WritePlan): Promise<Committed> {
    const log = new ChangeRow();
    await this.#addStrings(longStrings);
    for (const rows of this.#piecesOf(changes.values())) {
      log.add(await this.#apply(rows));
      await setImmediate();
    }
    return this.#append(log);
  }

  /** MySQL cannot say what it deletes: it is looked up before, and nobody else writes in between. */
  async deleteMatching({ matching, deletion }: TupleDeletion): Promise<Committed> {
    // The statement selects the six tuple columns.
    const rows = (await this.#session.query(matching, { signal: this.#signal })) as unknown as readonly StoredTuple[];
    const restore = await fetchLongStrings(this.#session, rows, { signal: this.#signal });
    const log = new ChangeRow();
    for (const piece of piecesOf(rows, DELTAS_PER_STATEMENT)) {
      log.add(piece.map((row) => ({ action: 'delete', tuple: fromStoredTuple(row, restore) })));
      await setImmediate();
    }
    if (rows.length > 0) await this.#session.execute(deletion, { signal: this.#signal });
    return this.#append(log);
  }

  /** A value is as long as somebody made it, so each has a statement of its own. */
  async #addStrings(longStrings: LongStrings): Promise<void> {
    for (const [longForm, value] of longStrings) {
      const digest = digestOf(longForm);
      await this.#run(ADD_STRING, [digest, Buffer.from(value), digest]);
    }
  }

  /** Looks up what is stored, then inserts what is missing and deletes what is there; answers those changes. */
  async #apply(rows: readonly PlannedRow[]): Promise<TupleDelta[]> {
    const found = await this.#run(FIND, [toJson(rows), this.#nid]);
    const stored = new Set(found.map(([number]) => Number(number) - 1));
    const effective = rows.filter(({ delta }, index) => (delta.action === 'insert') !== stored.has(index));
    const inserted = effective.filter(({ delta }) => delta.action === 'insert');
    const deleted = effective.filter(({ delta }) => delta.action === 'delete');
    if (inserted.length > 0) await this.#run(INSERT, [this.#nid, toJson(inserted)]);
    if (deleted.length > 0) await this.#run(DELETE, [toJson(deleted), this.#nid]);
    return effective.map(({ delta }) => delta);
  }

  async #append(log: ChangeRow): Promise<Committed> {
    const { revision: newest, checksum: before, now } = this.#head;
    if (log.deltas.length === 0) return { revision: newest, changes: [], checksum: undefined, committedAt: undefined };
    const revision = newest + 1;
    const checksum = log.checksumAfter(before);
    const { payload } = log;
    const [first = payload, ...further] = cut(payload, this.#maxValueBytes);
    const row = [this.#nid, revision, now, TUPLE_CHANGES, first, payload.length, further.length, checksum];
    await this.#run(APPEND_CHANGE, row);
    for (const [index, piece] of further.entries()) {
      await this.#run(APPEND_PIECE, [this.#nid, revision, index + 1, piece]);
    }
    await this.#run(MOVE_HEAD, [revision, checksum, this.#nid]);
    return { revision, changes: log.deltas, checksum: checksum ?? undefined, committedAt: now };
  }

  /** In pieces that fit into a statement. */
  *#piecesOf(planned: Iterable<PlannedChange>): Generator<readonly PlannedRow[]> {
    let piece: PlannedRow[] = [];
    let bytes = 0;
    for (const { delta, stored } of planned) {
      const json = JSON.stringify(stored);
      const length = Buffer.byteLength(json);
      if (piece.length === DELTAS_PER_STATEMENT || (piece.length > 0 && bytes + length > this.#maxValueBytes)) {
        yield piece;
        piece = [];
        bytes = 0;
      }
      piece.push({ delta, json });
      bytes += length;
    }
    if (piece.length > 0) yield piece;
  }

  async #run(text: string, values: readonly MysqlValue[]): Promise<readonly (readonly unknown[])[]> {
    return (await this.#session.run(text, values, this.#signal)).rows;
  }
}

export interface MysqlCommitOptions {
  readonly nid: number;
  readonly session: MysqlSession;
  readonly head: LockedHead;
  readonly maxPacketBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** A delta with its row as JSON. */
interface PlannedRow {
  readonly delta: TupleDelta;
  readonly json: string;
}

function toJson(rows: readonly PlannedRow[]): string {
  return `[${rows.map(({ json }) => json).join(',')}]`;
}

function cut(payload: Buffer, maxBytes: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0; start < payload.length; start += maxBytes) pieces.push(payload.subarray(start, start + maxBytes));
  return pieces;
}

/** Not INSERT IGNORE, which would make a warning of every error. */
const ADD_STRING = `INSERT INTO strings (digest, value)
  SELECT ?, ? FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM strings WHERE digest = ?)`;

const JOIN_ASKED = `STRAIGHT_JOIN relation_tuples AS t FORCE INDEX (PRIMARY)
    ON t.nid = ? AND t.namespace = asked.namespace AND t.object = asked.object AND t.relation = asked.relation
      AND t.subject_namespace = asked.subject_namespace AND t.subject_object = asked.subject_object
      AND t.subject_relation = asked.subject_relation`;

const FIND = `SELECT asked.number FROM ${askedRows(TUPLE_COLUMNS)} ${JOIN_ASKED}`;

const INSERT = `INSERT INTO relation_tuples (nid, ${TUPLE_COLUMNS.join(', ')})
  SELECT ?, ${TUPLE_COLUMNS.map((column) => `asked.${column}`).join(', ')} FROM ${askedRows(TUPLE_COLUMNS)}`;

const DELETE = `DELETE t FROM ${askedRows(TUPLE_COLUMNS)} ${JOIN_ASKED}`;

const APPEND_CHANGE = `INSERT INTO changes (nid, revision, committed_at, kind, payload, bytes, pieces, checksum)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

const APPEND_PIECE = 'INSERT INTO change_pieces (nid, revision, number, payload) VALUES (?, ?, ?, ?)';

const MOVE_HEAD = 'UPDATE heads SET revision = ?, checksum = ? WHERE nid = ?';
