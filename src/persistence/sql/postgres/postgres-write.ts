import type pg from 'pg';
import type { TupleDelta } from '../../../tuple/relation-tuple.ts';
import { formatTupleChanges, TUPLE_CHANGES } from '../change-payload.ts';
import { fetchLongStrings } from '../long-strings.ts';
import type { Committed, Mutation, SqlRow } from '../sql-database.ts';
import type { BoundStatement } from '../statement.ts';
import { digestOf } from '../stored-string.ts';
import { fromStoredTuple, type StoredTuple } from '../stored-tuple.ts';
import { keyOf, type PlannedChange, plannedOf, type WritePlan } from '../write-plan.ts';
import { columnsOf } from './columns-of.ts';
import { PostgresSession } from './postgres-session.ts';

/** How many rows one statement takes, so that the largest message stays bounded. */
const CHUNK_ROWS = 10_000;

/** A mutation inside a transaction that holds the lock of the network's head. */
export class PostgresWrite {
  readonly #nid: number;
  readonly #session: PostgresSession;
  readonly #signal: AbortSignal | undefined;

  constructor({ client, nid, signal }: { client: pg.PoolClient; nid: number; signal: AbortSignal | undefined }) {
    this.#nid = nid;
    this.#session = new PostgresSession({ executor: client, nid });
    this.#signal = signal;
  }

  async run(mutation: Mutation): Promise<Committed> {
    const changes =
      mutation.kind === 'deltas'
        ? await this.#applyDeltas(mutation.plan)
        : await this.#deleteMatching(mutation.statement);
    const [row] =
      changes.length === 0
        ? await this.#query(HEAD, [this.#nid])
        : await this.#query(APPEND_CHANGE, [this.#nid, TUPLE_CHANGES, formatTupleChanges(changes)]);
    if (row === undefined) throw new Error('BUG: the network has no head');
    return { revision: Number(row[0]), changes };
  }

  async #applyDeltas(plan: WritePlan): Promise<TupleDelta[]> {
    const texts = [...plan.longStrings].map(([longForm, value]) => ({
      digest: digestOf(longForm),
      value: Buffer.from(value),
    }));
    for (const chunk of chunksOf(texts)) {
      await this.#query(ADD_STRINGS, [chunk.map(({ digest }) => digest), chunk.map(({ value }) => value)]);
    }
    return [
      ...(await this.#effective(DELETE_TUPLES, plannedOf(plan, 'delete'))),
      ...(await this.#effective(INSERT_TUPLES, plannedOf(plan, 'insert'))),
    ];
  }

  /** Runs a statement that returns the rows it changed; answers their deltas. */
  async #effective(text: string, planned: readonly PlannedChange[]): Promise<TupleDelta[]> {
    const changed = new Set<string>();
    for (const chunk of chunksOf(planned)) {
      const rows = await this.#query(text, [
        this.#nid,
        ...columnsOf(
          chunk.map(({ stored }) => stored),
          6,
        ),
      ]);
      for (const row of rows) changed.add(keyOf(toTuple(row)));
    }
    return planned.filter(({ stored }) => changed.has(keyOf(stored))).map(({ delta }) => delta);
  }

  async #deleteMatching({ text, values }: BoundStatement): Promise<TupleDelta[]> {
    const rows = (await this.#query(text, values)).map(toTuple);
    const restore = await fetchLongStrings(this.#session, rows, { signal: this.#signal });
    return rows.map((row) => ({ action: 'delete', tuple: fromStoredTuple(row, restore) }));
  }

  #query(text: string, values: readonly unknown[]): Promise<readonly SqlRow[]> {
    return this.#session.run(text, values, this.#signal);
  }
}

function* chunksOf<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) yield rows.slice(start, start + CHUNK_ROWS);
}

function toTuple(row: SqlRow): StoredTuple {
  // Statements of tuples return the six tuple columns, which are texts and NOT NULL.
  return row as unknown as StoredTuple;
}

const HEAD = 'SELECT revision FROM heads WHERE nid = $1';

/** The clock is the database's, so that times are of one clock however many servers write. */
const APPEND_CHANGE = `WITH head AS (
    UPDATE heads SET revision = revision + 1 WHERE nid = $1 RETURNING revision
  )
  INSERT INTO changes (nid, revision, committed_at, kind, payload)
  SELECT $1, revision, clock_timestamp(), $2, $3 FROM head RETURNING revision`;

const ADD_STRINGS = `INSERT INTO strings (digest, value)
  SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT DO NOTHING`;

const INSERT_TUPLES = `INSERT INTO relation_tuples
    (nid, namespace, object, relation, subject_namespace, subject_object, subject_relation)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
  ON CONFLICT DO NOTHING
  RETURNING namespace, object, relation, subject_namespace, subject_object, subject_relation`;

/**
 * The rows are looked up one by one in the index, as in FACTS, and deleted by their place.
 * The place cannot change in between: only the holder of the head's lock writes.
 */
const DELETE_TUPLES = `DELETE FROM relation_tuples WHERE ctid = ANY (ARRAY (
    SELECT found.ctid
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
      AS gone (namespace, object, relation, subject_namespace, subject_object, subject_relation)
    CROSS JOIN LATERAL (
      SELECT t.ctid FROM relation_tuples AS t
      WHERE t.nid = $1 AND t.namespace = gone.namespace AND t.object = gone.object AND t.relation = gone.relation
        AND t.subject_namespace = gone.subject_namespace AND t.subject_object = gone.subject_object
        AND t.subject_relation = gone.subject_relation
      OFFSET 0
    ) AS found
  ))
  RETURNING namespace, object, relation, subject_namespace, subject_object, subject_relation`;
