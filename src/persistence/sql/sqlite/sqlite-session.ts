import type SqliteConnection from 'better-sqlite3';
import type { Revision } from '../../revision.ts';
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
import { retryWhileBusy } from './sqlite-errors.ts';

/**
 * One connection. Everything on it is synchronous, so nothing comes between the
 * statements of a function, and its statements are prepared once.
 */
export class SqliteSession implements SqlSession {
  readonly #connection: SqliteConnection.Database;
  readonly #nid: number;
  readonly #busyTimeoutMs: number;
  readonly #prepared = new Map<string, SqliteConnection.Statement<unknown[], unknown[]>>();
  readonly #readFacts: (tuples: readonly StoredTuple[], sets: readonly StoredSet[]) => StoredFacts;
  readonly #readLog: (after: Revision, bounds: ChangeBounds) => StoredChanges;

  constructor({ connection, nid, busyTimeoutMs }: SqliteSessionOptions) {
    this.#connection = connection;
    this.#nid = nid;
    this.#busyTimeoutMs = busyTimeoutMs;
    // A transaction, because each statement alone would see the newest state.
    this.#readFacts = connection.transaction((tuples: readonly StoredTuple[], sets: readonly StoredSet[]) => ({
      revision: this.readHead(),
      stored: tuples.map((tuple) => this.prepare(POINT).get(nid, ...tuple) !== undefined),
      // The statement selects the three columns of a subject.
      subjectSets: sets.map((set) => this.prepare(SUBJECT_SETS).all(nid, ...set) as unknown as StoredSubject[]),
    }));
    this.#readLog = connection.transaction((after: Revision, bounds: ChangeBounds) => ({
      ...this.#readChecksummedHead(),
      oldest: this.#readOldest(),
      changes: this.#readChanges(after, bounds),
    }));
  }

  async query({ text, values }: BoundStatement, { signal }: CallOptions = {}): Promise<readonly SqlRow[]> {
    return retryWhileBusy(() => this.prepare(text).all(...values), { busyTimeoutMs: this.#busyTimeoutMs, signal });
  }

  async queryTexts(statement: BoundStatement, options?: CallOptions): Promise<readonly (readonly string[])[]> {
    return (await this.query(statement, options)) as readonly (readonly string[])[]; // as the caller says
  }

  async execute({ text, values }: BoundStatement, { signal }: CallOptions = {}): Promise<number> {
    const run = () => this.prepare(text).run(...values).changes;
    return retryWhileBusy(run, { busyTimeoutMs: this.#busyTimeoutMs, signal });
  }

  findFacts(
    tuples: readonly StoredTuple[],
    sets: readonly StoredSet[],
    { signal }: CallOptions = {},
  ): Promise<StoredFacts> {
    const options = { busyTimeoutMs: this.#busyTimeoutMs, signal };
    return retryWhileBusy(() => this.#findFacts(tuples, sets), options);
  }

  findChanges(after: Revision, bounds: ChangeBounds, { signal }: CallOptions = {}): Promise<StoredChanges> {
    const options = { busyTimeoutMs: this.#busyTimeoutMs, signal };
    return retryWhileBusy(() => this.#findChanges(after, bounds), options);
  }

  async findStrings(digests: readonly string[], { signal }: CallOptions = {}): Promise<ReadonlyMap<string, string>> {
    return retryWhileBusy(() => this.readStrings(digests), { busyTimeoutMs: this.#busyTimeoutMs, signal });
  }

  readHead(): Revision {
    const row = this.prepare(HEAD).get(this.#nid);
    if (row === undefined) throw new Error('BUG: the network has no head');
    return Number(row[0]);
  }

  readStrings(digests: readonly string[]): ReadonlyMap<string, string> {
    const rows = this.prepare(STRINGS).all(JSON.stringify(digests));
    // The statement selects a TEXT and a BLOB column of a STRICT table.
    return new Map(rows.map(([digest, value]) => [digest as string, (value as Buffer).toString('utf8')]));
  }

  /** The prepared statement of a text; its rows are arrays. */
  prepare(text: string): SqliteConnection.Statement<unknown[], unknown[]> {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare<unknown[], unknown[]>(text);
    if (statement.reader) statement.raw();
    this.#prepared.set(text, statement);
    return statement;
  }

  /** Mostly nothing is new, which one statement tells. */
  #findChanges(after: Revision, bounds: ChangeBounds): StoredChanges {
    const head = this.#readChecksummedHead();
    return head.newest > after ? this.#readLog(after, bounds) : { ...head, oldest: undefined, changes: [] };
  }

  #readChecksummedHead(): { newest: Revision; checksum: string | null } {
    const row = this.prepare(HEAD_AND_CHECKSUM).get(this.#nid);
    if (row === undefined) throw new Error('BUG: the network has no head');
    return { newest: Number(row[0]), checksum: row[1] as string | null }; // a TEXT column of a STRICT table
  }

  #readOldest(): Revision | undefined {
    const oldest = this.prepare(OLDEST_CHANGE).get(this.#nid)?.[0];
    return oldest === null ? undefined : Number(oldest);
  }

  #readChanges(after: Revision, { limit, maxBytes }: ChangeBounds): StoredChange[] {
    const changes: StoredChange[] = [];
    let bytes = 0;
    for (const [revision, committedAt, kind, payload, checksum] of this.prepare(CHANGES).iterate(this.#nid, after)) {
      // The columns of a STRICT table: texts, the checksum's may be null.
      const [at, text] = [committedAt as string, payload as string];
      const change = { revision: Number(revision), committedAt: new Date(at), kind: String(kind), payload: text };
      changes.push({ ...change, checksum: checksum as string | null });
      bytes += Buffer.byteLength(text);
      if (changes.length >= limit || bytes >= maxBytes) break;
    }
    return changes;
  }

  /** What short checks ask is answered by one statement, which needs no transaction. */
  #findFacts(tuples: readonly StoredTuple[], sets: readonly StoredSet[]): StoredFacts {
    const [tuple] = tuples;
    const [set] = sets;
    if (tuple === undefined || tuples.length > 1 || sets.length > 1) return this.#readFacts(tuples, sets);
    if (set === undefined) return this.#findPoint(tuple);
    return isSetOf(tuple, set) ? this.#findMembers(tuple) : this.#readFacts(tuples, sets);
  }

  #findPoint(tuple: StoredTuple): StoredFacts {
    const row = this.prepare(HEAD_AND_POINT).get(this.#nid, ...tuple, this.#nid);
    if (row === undefined) throw new Error('BUG: the network has no head');
    return { revision: Number(row[0]), stored: [row[1] === 1], subjectSets: [] };
  }

  /** Whether a tuple is stored, with the subject sets of its set. */
  #findMembers(tuple: StoredTuple): StoredFacts {
    const rows = this.prepare(HEAD_AND_MEMBERS).all(this.#nid, ...tuple);
    const [first] = rows;
    if (first === undefined) throw new Error('BUG: the network has no head');
    const [revision, isStored, subjectNamespace] = first;
    // The last three columns are those of a subject, and null when there is none.
    const subjects = subjectNamespace === null ? [] : rows.map((row) => row.slice(2) as unknown as StoredSubject);
    return { revision: Number(revision), stored: [isStored === 1], subjectSets: [subjects] };
  }
}

function isSetOf(tuple: StoredTuple, set: StoredSet): boolean {
  return tuple[0] === set[0] && tuple[1] === set[1] && tuple[2] === set[2];
}

export interface SqliteSessionOptions {
  readonly connection: SqliteConnection.Database;
  readonly nid: number;
  readonly busyTimeoutMs: number;
}

const HEAD = 'SELECT revision FROM heads WHERE nid = ?';

const HEAD_AND_CHECKSUM = 'SELECT revision, checksum FROM heads WHERE nid = ?';

const OLDEST_CHANGE = 'SELECT min(revision) FROM changes WHERE nid = ?';

const CHANGES = `SELECT revision, committed_at, kind, payload, checksum FROM changes
  WHERE nid = ? AND revision > ? ORDER BY revision`;

const POINT = `SELECT 1 FROM relation_tuples
  WHERE nid = ? AND namespace = ? AND object = ? AND relation = ?
    AND subject_namespace = ? AND subject_object = ? AND subject_relation = ?`;

const HEAD_AND_POINT = `SELECT revision, EXISTS (${POINT}) FROM heads WHERE nid = ?`;

/** At least one row, as the set may have no members that are sets. The joins go from the one row of what is asked outwards. */
const HEAD_AND_MEMBERS = `WITH asked (nid, namespace, object, relation, subject_namespace, subject_object, subject_relation)
    AS (SELECT ?, ?, ?, ?, ?, ?, ?)
  SELECT heads.revision, point.nid IS NOT NULL, member.subject_namespace, member.subject_object, member.subject_relation
  FROM asked
  CROSS JOIN heads ON heads.nid = asked.nid
  LEFT JOIN relation_tuples AS point
    ON point.nid = asked.nid AND point.namespace = asked.namespace AND point.object = asked.object
    AND point.relation = asked.relation AND point.subject_namespace = asked.subject_namespace
    AND point.subject_object = asked.subject_object AND point.subject_relation = asked.subject_relation
  LEFT JOIN relation_tuples AS member
    ON member.nid = asked.nid AND member.namespace = asked.namespace AND member.object = asked.object
    AND member.relation = asked.relation AND member.subject_namespace > ''`;

const SUBJECT_SETS = `SELECT subject_namespace, subject_object, subject_relation FROM relation_tuples
  WHERE nid = ? AND namespace = ? AND object = ? AND relation = ? AND subject_namespace > ''`;

const STRINGS = 'SELECT digest, value FROM strings WHERE digest IN (SELECT value FROM json_each(?))';
