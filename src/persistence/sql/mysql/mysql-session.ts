import type { Revision } from '../../revision.ts';
import { throwIfAborted, untilAborted } from '../abort.ts';
import { TUPLE_COLUMNS } from '../schema.ts';
import type {
  CallOptions,
  ChangeBounds,
  SqlRow,
  SqlSession,
  StoredChange,
  StoredChanges,
  StoredFacts,
} from '../sql-database.ts';
import type { BoundStatement } from '../statement.ts';
import type { StoredSet, StoredSubject, StoredTuple } from '../stored-tuple.ts';
import { askedRows } from './asked-rows.ts';
import type { MysqlExecutor, MysqlResult, MysqlValue } from './mysql-connection.ts';

/** An aborted call returns at once; its query ends in the background, and only then its connection is used again. */
export class MysqlSession implements SqlSession {
  readonly #executor: MysqlExecutor;
  readonly #nid: number;

  constructor({ executor, nid }: { executor: MysqlExecutor; nid: number }) {
    this.#executor = executor;
    this.#nid = nid;
  }

  async query({ text, values }: BoundStatement, { signal }: CallOptions = {}): Promise<readonly SqlRow[]> {
    const { rows } = await this.run(text, values, signal);
    // Every string is stored as bytes.
    return rows.map((row) => row.map((value) => (value instanceof Uint8Array ? toText(value) : value)));
  }

  async queryTexts(statement: BoundStatement, options?: CallOptions): Promise<readonly (readonly string[])[]> {
    return (await this.query(statement, options)) as readonly (readonly string[])[]; // as the caller says
  }

  async execute({ text, values }: BoundStatement, { signal }: CallOptions = {}): Promise<number> {
    return (await this.run(text, values, signal)).changed;
  }

  async findFacts(
    tuples: readonly StoredTuple[],
    sets: readonly StoredSet[],
    { signal }: CallOptions = {},
  ): Promise<StoredFacts> {
    const [only] = tuples;
    if (only !== undefined && tuples.length === 1 && sets.length === 0) return this.#findPoint(only, signal);
    const values = [this.#nid, JSON.stringify(tuples), this.#nid, JSON.stringify(sets), this.#nid];
    const { rows } = await this.run(FACTS, values, signal);
    return sortFacts(rows, { tuples: tuples.length, sets: sets.length });
  }

  async findChanges(
    after: Revision,
    { limit, maxBytes }: ChangeBounds,
    { signal }: CallOptions = {},
  ): Promise<StoredChanges> {
    const values = [after, this.#nid, after, limit, maxBytes, this.#nid];
    for (;;) {
      const { rows } = await this.run(CHANGES, values, signal);
      const [head] = rows;
      if (head === undefined) throw new Error('BUG: the network has no head');
      const [newest, checksum, oldest] = head;
      const changes = await this.#toChanges(rows, signal);
      // Else somebody trimmed the log in between.
      if (changes !== undefined) {
        return {
          newest: Number(newest),
          checksum: checksum === null ? null : toText(checksum),
          oldest: oldest === null ? undefined : Number(oldest),
          changes,
        };
      }
    }
  }

  async findStrings(digests: readonly string[], { signal }: CallOptions = {}): Promise<ReadonlyMap<string, string>> {
    const asked = JSON.stringify(digests.map((digest) => [digest]));
    const { rows } = await this.run(STRINGS, [asked], signal);
    return new Map(rows.map(([digest, value]) => [toText(digest), toText(value)]));
  }

  /** Runs a statement; bytes of its rows are Buffers. */
  async run(text: string, values: readonly MysqlValue[], signal: AbortSignal | undefined): Promise<MysqlResult> {
    throwIfAborted(signal);
    return untilAborted(this.#executor.run(text, values), signal);
  }

  async #findPoint(tuple: StoredTuple, signal: AbortSignal | undefined): Promise<StoredFacts> {
    const { rows } = await this.run(POINT, [this.#nid, ...tuple, this.#nid], signal);
    const [row] = rows;
    if (row === undefined) throw new Error('BUG: the network has no head');
    return { revision: Number(row[0]), stored: [Number(row[1]) === 1], subjectSets: [] };
  }

  /** In order; undefined when a piece of one is gone. */
  async #toChanges(rows: readonly SqlRow[], signal: AbortSignal | undefined): Promise<StoredChange[] | undefined> {
    const changes: StoredChange[] = [];
    for (const [, , , revision, committedAt, kind, payload, checksum, pieces] of rows) {
      if (revision === null) continue; // Nothing is new.
      const further = pieces === 0 ? [] : await this.#readPieces(Number(revision), signal);
      if (further.length !== pieces) return undefined;
      changes.push({
        revision: Number(revision),
        committedAt: committedAt as Date, // a DATETIME, NOT NULL
        kind: toText(kind),
        payload: toText(Buffer.concat([payload as Buffer, ...further])), // LONGBLOBs, NOT NULL
        checksum: checksum === null ? null : toText(checksum),
      });
    }
    return changes.sort((a, b) => a.revision - b.revision);
  }

  async #readPieces(revision: Revision, signal: AbortSignal | undefined): Promise<Buffer[]> {
    const { rows } = await this.run(PIECES, [this.#nid, revision], signal);
    return rows.map(([piece]) => piece as Buffer); // a LONGBLOB, NOT NULL
  }
}

/** Of a VARBINARY or LONGBLOB column, which the driver has as a Buffer. */
function toText(bytes: unknown): string {
  return (bytes as Buffer).toString('utf8');
}

/** Puts the rows of FACTS, which come in any order, where they belong. */
function sortFacts(rows: readonly SqlRow[], counts: { tuples: number; sets: number }): StoredFacts {
  let revision: number | undefined;
  const stored = new Array<boolean>(counts.tuples).fill(false);
  const subjectSets = Array.from({ length: counts.sets }, (): StoredSubject[] => []);
  for (const [number, head, namespace, object, relation] of rows) {
    const position = Number(number);
    if (position === 0) revision = Number(head);
    else if (position > 0) stored[position - 1] = true;
    else subjectSets[-position - 1]?.push([toText(namespace), toText(object), toText(relation)]);
  }
  if (revision === undefined) throw new Error('BUG: the network has no head');
  return { revision, stored, subjectSets };
}

const POINT = `SELECT revision, EXISTS (
    SELECT 1 FROM relation_tuples
    WHERE nid = ? AND namespace = ? AND object = ? AND relation = ?
      AND subject_namespace = ? AND subject_object = ? AND subject_relation = ?
  ) FROM heads WHERE nid = ?`;

/**
 * One statement, so everything in it is of one state. Number 0 is the head, n the n-th tuple when it is stored, -n a
 * subject set of the n-th set. The hints leave one plan: a look-up in the primary key for each that is asked.
 */
const FACTS = `SELECT 0 AS number, revision, NULL AS namespace, NULL AS object, NULL AS relation
  FROM heads WHERE nid = ?
UNION ALL
SELECT CAST(asked.number AS SIGNED), NULL, NULL, NULL, NULL
  FROM ${askedRows(TUPLE_COLUMNS)}
  STRAIGHT_JOIN relation_tuples AS t FORCE INDEX (PRIMARY)
    ON t.nid = ? AND t.namespace = asked.namespace AND t.object = asked.object AND t.relation = asked.relation
      AND t.subject_namespace = asked.subject_namespace AND t.subject_object = asked.subject_object
      AND t.subject_relation = asked.subject_relation
UNION ALL
SELECT -CAST(asked.number AS SIGNED), NULL, t.subject_namespace, t.subject_object, t.subject_relation
  FROM ${askedRows(['namespace', 'object', 'relation'])}
  STRAIGHT_JOIN relation_tuples AS t FORCE INDEX (PRIMARY)
    ON t.nid = ? AND t.namespace = asked.namespace AND t.object = asked.object AND t.relation = asked.relation
      AND t.subject_namespace > ''`;

/**
 * The head, with the changes behind a revision when there are any. A first look is at their lengths only, of as many as
 * were asked for; the payloads that fit are then fetched one by one.
 */
const CHANGES = `SELECT heads.revision, heads.checksum,
    CASE WHEN heads.revision > ? THEN (SELECT MIN(oldest.revision) FROM changes AS oldest WHERE oldest.nid = heads.nid) END,
    found.revision, found.committed_at, found.kind, found.payload, found.checksum, found.pieces
  FROM heads
  LEFT JOIN (
    SELECT revision, SUM(bytes) OVER (ORDER BY revision) - bytes AS bytes_before
    FROM (SELECT revision, bytes FROM changes WHERE nid = ? AND revision > ? ORDER BY revision LIMIT ?) AS newer
  ) AS page ON page.bytes_before < ?
  LEFT JOIN changes AS found ON found.nid = heads.nid AND found.revision = page.revision
  WHERE heads.nid = ?`;

const PIECES = 'SELECT payload FROM change_pieces WHERE nid = ? AND revision = ? ORDER BY number';

const STRINGS = `SELECT strings.digest, strings.value FROM ${askedRows(['digest'])}
  STRAIGHT_JOIN strings FORCE INDEX (PRIMARY) ON strings.digest = asked.digest`;
