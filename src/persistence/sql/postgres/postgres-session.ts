import type pg from 'pg';
import type { Revision } from '../../revision.ts';
import { throwIfAborted, untilAborted } from '../abort.ts';
import { answerLookups, type LookupsBySubject, lookupsBySubject } from '../lookups-by-subject.ts';
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
import { arraysOf, toArrayLiteral } from './array-literal.ts';
import { toSthenoError } from './postgres-errors.ts';
import { TextQuery, type TextRow } from './text-query.ts';
import type { TimedQuery } from './timed-query.ts';

interface ParsedResult {
  readonly rows: unknown[][];
  readonly rowCount: number | null;
}

/** What runs a query: the pool, on any connection, or one connection in a transaction. */
export interface Executor {
  query(config: pg.QueryArrayConfig & TimedQuery): Promise<ParsedResult>;
  query(query: TextQuery, values: undefined, callback: (error: Error | undefined | null) => void): void;
}

/**
 * Statements are named, so each connection prepares them once. An aborted call returns at
 * once; its query ends in the background, and only then its connection is used again.
 */
export class PostgresSession implements SqlSession {
  readonly #executor: Executor;
  readonly #nid: number;
  readonly #timeoutMs: number;

  /** @param timeoutMs how long a statement may take; the connection cannot be used any more after it */
  constructor({ executor, nid, timeoutMs }: { executor: Executor; nid: number; timeoutMs: number }) {
    this.#executor = executor;
    this.#nid = nid;
    this.#timeoutMs = timeoutMs;
  }

  async query({ text, values }: BoundStatement, { signal }: CallOptions = {}): Promise<readonly SqlRow[]> {
    return this.run(text, values, signal);
  }

  async queryTexts(
    { text, values }: BoundStatement,
    { signal }: CallOptions = {},
  ): Promise<readonly (readonly string[])[]> {
    const rows = await this.#runText(text, values.map(String), signal);
    return rows as readonly (readonly string[])[]; // as the caller says: without nulls
  }

  async execute({ text, values }: BoundStatement, { signal }: CallOptions = {}): Promise<number> {
    return (await this.#run(text, values, signal)).rowCount ?? 0;
  }

  async findFacts(
    tuples: readonly StoredTuple[],
    sets: readonly StoredSet[],
    { signal }: CallOptions = {},
  ): Promise<StoredFacts> {
    const [only] = tuples;
    if (only !== undefined && tuples.length === 1 && sets.length === 0) return this.#findPoint(only, signal);
    const lookups = lookupsBySubject(tuples);
    const facts = lookups && (await this.#findBySubjects({ tuples, sets, lookups }, signal));
    if (facts !== undefined) return facts;
    const values = [String(this.#nid), ...arraysOf(tuples, 6), ...arraysOf(sets, 3)];
    const rows = await this.#runText(FACTS, values, signal);
    return sortFacts(rows, { tuples: tuples.length, sets: sets.length });
  }

  async findChanges(
    after: Revision,
    { limit, maxBytes }: ChangeBounds,
    { signal }: CallOptions = {},
  ): Promise<StoredChanges> {
    const known = await this.#readHead(signal);
    // The usual answer. It takes a fraction of the time of the statement below, however little that one finds.
    if (known.newest <= after) return { ...known, oldest: undefined, changes: [] };
    const rows = await this.run(CHANGES, [this.#nid, after, limit, maxBytes], signal);
    const [head] = rows;
    if (head === undefined) throw new Error('BUG: the network has no head');
    const [newest, checksum, oldest] = head;
    return {
      newest: Number(newest),
      checksum: checksum as string | null, // a text column
      oldest: oldest === null ? undefined : Number(oldest),
      changes: rows.map(toChange).filter((change) => change !== undefined),
    };
  }

  async findStrings(digests: readonly string[], { signal }: CallOptions = {}): Promise<ReadonlyMap<string, string>> {
    const rows = await this.run(STRINGS, [digests], signal);
    // The statement selects a text and a bytea column, both NOT NULL.
    return new Map(rows.map(([digest, value]) => [digest as string, (value as Buffer).toString('utf8')]));
  }

  /** Reads what subjects are stored in instead of looking each of them up; undefined when one is stored in more sets. */
  async #findBySubjects(
    asked: { tuples: readonly StoredTuple[]; sets: readonly StoredSet[]; lookups: LookupsBySubject },
    signal: AbortSignal | undefined,
  ): Promise<StoredFacts | undefined> {
    const { tuples, sets, lookups } = asked;
    const others = lookups.others.map((position) => tuples[position] as StoredTuple); // positions are those of tuples
    const bounds = lookups.subjects.map(({ positions }) => positions.length + 1);
    const subjects = lookups.subjects.map(({ subject }) => subject);
    const values = [
      String(this.#nid),
      ...arraysOf(others, 6),
      ...arraysOf(sets, 3),
      ...arraysOf(subjects, 3),
      toArrayLiteral(bounds.map(String)),
    ];
    const rows = await this.#runText(FACTS_BY_SUBJECT, values, signal);
    const facts = sortFacts(rows, { tuples: others.length, sets: sets.length, subjects: bounds.length });
    if (facts.holders.some(({ length }, index) => length === bounds[index])) return undefined;
    const stored = new Array<boolean>(tuples.length).fill(false);
    for (const [index, position] of lookups.others.entries()) stored[position] = facts.stored[index] === true;
    for (const [index, subject] of lookups.subjects.entries()) {
      answerLookups(subject, { tuples, holders: facts.holders[index] ?? [], stored });
    }
    return { revision: facts.revision, stored, subjectSets: facts.subjectSets };
  }

  async #findPoint(tuple: StoredTuple, signal: AbortSignal | undefined): Promise<StoredFacts> {
    const [row] = await this.#runText(POINT, [String(this.#nid), ...tuple], signal);
    if (row === undefined) throw new Error('BUG: the network has no head');
    return { revision: Number(row[0]), stored: [row[1] === TRUE], subjectSets: [] };
  }

  async #readHead(signal: AbortSignal | undefined): Promise<Pick<StoredChanges, 'newest' | 'checksum'>> {
    const [head] = await this.#runText(HEAD_ROW, [String(this.#nid)], signal);
    if (head === undefined) throw new Error('BUG: the network has no head');
    const [newest, checksum] = head;
    return { newest: Number(newest), checksum: checksum ?? null };
  }

  async run(text: string, values: readonly unknown[], signal: AbortSignal | undefined): Promise<readonly SqlRow[]> {
    return (await this.#run(text, values, signal)).rows;
  }

  async #run(text: string, values: readonly unknown[], signal: AbortSignal | undefined): Promise<ParsedResult> {
    throwIfAborted(signal);
    try {
      const query = this.#executor.query({
        name: nameOf(text),
        text,
        values: [...values],
        rowMode: 'array',
        query_timeout: this.#timeoutMs,
      });
      return await untilAborted(query, signal);
    } catch (error) {
      throw toSthenoError(error);
    }
  }

  async #runText(
    text: string,
    values: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly TextRow[]> {
    throwIfAborted(signal);
    const query = new TextQuery({ name: nameOf(text), text, values, timeoutMs: this.#timeoutMs });
    try {
      await untilAborted(submitTo(this.#executor, query), signal);
      return query.rows;
    } catch (error) {
      throw toSthenoError(error);
    }
  }
}

function submitTo(executor: Executor, query: TextQuery): Promise<void> {
  return new Promise((resolve, reject) => {
    executor.query(query, undefined, (error) => (error ? reject(error) : resolve()));
  });
}

/** Puts the rows of FACTS, which come in any order, where they belong. */
function sortFacts(
  rows: readonly TextRow[],
  counts: { tuples: number; sets: number; subjects?: number },
): StoredFacts & { readonly holders: readonly (readonly StoredSet[])[] } {
  let revision: number | undefined;
  const stored = new Array<boolean>(counts.tuples).fill(false);
  const subjectSets = Array.from({ length: counts.sets }, (): StoredSubject[] => []);
  const holders = Array.from({ length: counts.subjects ?? 0 }, (): StoredSet[] => []);
  for (const [kind, number, ...names] of rows) {
    const index = Number(number) - 1;
    if (kind === HEAD) revision = Number(number);
    else if (kind === TUPLE) stored[index] = true;
    // The statement selects three names, of a set either way.
    else (kind === MEMBER ? subjectSets : holders)[index]?.push(names as unknown as StoredSet);
  }
  if (revision === undefined) throw new Error('BUG: the network has no head');
  return { revision, stored, subjectSets, holders };
}

/** The columns after those of the head: all null when nothing is new. */
function toChange([, , , revision, committedAt, kind, payload, checksum]: SqlRow): StoredChange | undefined {
  if (revision === null) return undefined;
  return {
    revision: Number(revision),
    committedAt: committedAt as Date, // timestamptz; the others are text columns
    kind: String(kind),
    payload: String(payload),
    checksum: checksum as string | null,
  };
}

/** The names of all texts: their number is small, because values are never part of a text. */
const NAMES = new Map<string, string>();

function nameOf(text: string): string {
  const known = NAMES.get(text);
  if (known !== undefined) return known;
  const name = `stheno_${NAMES.size}`;
  NAMES.set(text, name);
  return name;
}

const POINT = `SELECT revision, EXISTS (
    SELECT FROM relation_tuples
    WHERE nid = $1 AND namespace = $2 AND object = $3 AND relation = $4
      AND subject_namespace = $5 AND subject_object = $6 AND subject_relation = $7
  ) FROM heads WHERE nid = $1`;

/** How PostgreSQL writes a boolean. */
const TRUE = 't';

/** What a row of FACTS tells, in its first column. */
const HEAD = '0';
const TUPLE = '1';
const MEMBER = '2';
const HOLDER = '3';

/**
 * One statement, so everything in it is of one revision: that of the head, the numbers of the tuples that are stored, and
 * the subject sets of the sets by their numbers. OFFSET 0 keeps the planner from turning the joins round: one index
 * look-up for each that is asked, never a walk over the table.
 */
const FACTS = `SELECT ${HEAD} AS kind, revision AS number, NULL AS namespace, NULL AS object, NULL AS relation
  FROM heads WHERE nid = $1
UNION ALL
SELECT ${TUPLE}, asked.number, NULL, NULL, NULL
  FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) WITH ORDINALITY
    AS asked (namespace, object, relation, subject_namespace, subject_object, subject_relation, number)
  CROSS JOIN LATERAL (
    SELECT FROM relation_tuples AS t
    WHERE t.nid = $1 AND t.namespace = asked.namespace AND t.object = asked.object AND t.relation = asked.relation
      AND t.subject_namespace = asked.subject_namespace AND t.subject_object = asked.subject_object
      AND t.subject_relation = asked.subject_relation
    OFFSET 0
  ) AS found
UNION ALL
SELECT ${MEMBER}, asked.number, found.*
  FROM unnest($8::text[], $9::text[], $10::text[]) WITH ORDINALITY AS asked (namespace, object, relation, number)
  CROSS JOIN LATERAL (
    SELECT t.subject_namespace, t.subject_object, t.subject_relation FROM relation_tuples AS t
    WHERE t.nid = $1 AND t.namespace = asked.namespace AND t.object = asked.object AND t.relation = asked.relation
      AND t.subject_namespace > ''
    OFFSET 0
  ) AS found`;

/** With the sets that subjects are stored in, up to a bound for each. */
const FACTS_BY_SUBJECT = `${FACTS}
UNION ALL
SELECT ${HOLDER}, asked.number, found.*
  FROM unnest($11::text[], $12::text[], $13::text[], $14::integer[]) WITH ORDINALITY
    AS asked (subject_namespace, subject_object, subject_relation, bound, number)
  CROSS JOIN LATERAL (
    SELECT t.namespace, t.object, t.relation FROM relation_tuples AS t
    WHERE t.nid = $1 AND t.subject_object = asked.subject_object AND t.subject_namespace = asked.subject_namespace
      AND t.subject_relation = asked.subject_relation
    LIMIT asked.bound
  ) AS found`;

const HEAD_ROW = 'SELECT revision, checksum FROM heads WHERE nid = $1';

/**
 * The head, with the changes after $2 when there are any. The conditions on the head are there so that
 * nothing else is looked at when nothing is new. A loop from the one row of the head is the only plan, so the changes' order stays.
 */
const CHANGES = `SELECT heads.revision, heads.checksum,
    CASE WHEN heads.revision > $2 THEN (SELECT min(revision) FROM changes WHERE nid = $1) END,
    change.revision, change.committed_at, change.kind, change.payload, change.checksum
  FROM heads
  LEFT JOIN LATERAL (
    SELECT * FROM (
      SELECT revision, committed_at, kind, payload, checksum,
        sum(octet_length(payload)) OVER (ORDER BY revision) - octet_length(payload) AS bytes_before
      FROM changes WHERE heads.revision > $2 AND nid = $1 AND revision > $2 ORDER BY revision LIMIT $3
    ) AS page
    WHERE bytes_before < $4
  ) AS change ON true
  WHERE heads.nid = $1`;

const STRINGS = 'SELECT digest, value FROM strings WHERE digest = ANY ($1::text[])';
