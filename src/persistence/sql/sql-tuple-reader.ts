import { setImmediate } from 'node:timers/promises';
import type { RelationQuery, SubjectSet } from '../../tuple/relation-tuple.ts';
import type { Revision } from '../revision.ts';
import type { Facts, Frontier, ListOptions, PagePosition, TuplePage, TupleReader } from '../tuple-reader.ts';
import type { ScanPage, TupleScanner } from '../tuple-scanner.ts';
import { fetchLongStrings } from './long-strings.ts';
import { addPosition } from './position-values.ts';
import type { CallOptions, SqlRow, SqlSession } from './sql-database.ts';
import { bindStatement, type SqlValue } from './statement.ts';
import type { Statements } from './statements.ts';
import {
  fromStoredSubjectSet,
  fromStoredTuple,
  type StoredSubject,
  type StoredTuple,
  toStoredSet,
  toStoredTuple,
} from './stored-tuple.ts';
import { toTupleFilter } from './tuple-filter.ts';
import { piecesOf } from './write-plan.ts';

/** How many rows are turned into sets before others get their turn: a millisecond or two of work. */
const ROWS_PER_TURN = 5000;

/** Reads one network's tuples through a session: the newest state, or a snapshot's. */
export class SqlTupleReader implements TupleReader, TupleScanner {
  readonly #nid: number;
  readonly #session: SqlSession;
  readonly #statements: Statements;

  constructor({ nid, session, statements }: { nid: number; session: SqlSession; statements: Statements }) {
    this.#nid = nid;
    this.#session = session;
    this.#statements = statements;
  }

  async readRevision(options: CallOptions = {}): Promise<Revision> {
    const statement = bindStatement(this.#statements.head(), new Map([['nid', this.#nid]]));
    return revisionOf((await this.#session.query(statement, options))[0]);
  }

  async readFacts(frontier: Frontier, options: CallOptions = {}): Promise<Facts> {
    // Wrapped, because map passes the index as a second argument.
    const tuples = frontier.tuples.map((tuple) => toStoredTuple(tuple));
    const { revision, stored, subjectSets } = await this.#session.findFacts(
      tuples,
      frontier.sets.map(toStoredSet),
      options,
    );
    if (subjectSets.every(isEmpty)) return { revision, stored, subjectSets: subjectSets.map(() => []) };
    const restored: SubjectSet[][] = [];
    const isLarge = subjectSets.some(({ length }) => length > ROWS_PER_TURN);
    if (isLarge) for (const set of subjectSets) restored.push(await this.#restoreInTurns(set, options));
    return { revision, stored, subjectSets: isLarge ? restored : await this.#restore(subjectSets, options) };
  }

  async #restore(subjectSets: readonly (readonly StoredSubject[])[], options: CallOptions): Promise<SubjectSet[][]> {
    const restore = await fetchLongStrings(this.#session, subjectSets.flat(), options);
    return subjectSets.map((set) => set.map((subject) => fromStoredSubjectSet(subject, restore)));
  }

  /** One set of any size, and others get their turn in between. */
  async #restoreInTurns(set: readonly StoredSubject[], options: CallOptions): Promise<SubjectSet[]> {
    const restored: SubjectSet[] = [];
    for (const piece of piecesOf(set, ROWS_PER_TURN)) {
      for (const subjects of await this.#restore([piece], options)) for (const one of subjects) restored.push(one);
      await setImmediate();
    }
    return restored;
  }

  async listTuples(query: RelationQuery, options: ListOptions): Promise<TuplePage> {
    const { limit, after, subjectKind, subjectObject, signal } = options;
    const filter = toTupleFilter(query, subjectObject);
    const values = new Map<string, SqlValue>([...filter, ['nid', this.#nid], ['limit', limit + 1]]);
    if (after !== undefined) addPosition(values, after);
    const shape = { fixed: [...filter.keys()], subjectKind, resumes: after !== undefined };
    const rows = await this.#session.query(bindStatement(this.#statements.listing(shape), values), { signal });
    const found = rows.map(tupleOf).filter((tuple) => tuple !== undefined);
    const shown = found.slice(0, limit);
    const restore = await fetchLongStrings(this.#session, shown, { signal });
    return {
      revision: revisionOf(rows[0]),
      tuples: shown.map((tuple) => fromStoredTuple(tuple, restore)),
      // Stored forms are what the page is ordered by; they are short and have no NUL.
      next: found.length > limit ? shown.at(-1) : undefined,
    };
  }

  async scanTuples({ limit, after, signal }: ScanOptions): Promise<ScanPage> {
    const values = new Map<string, SqlValue>([
      ['nid', this.#nid],
      ['limit', limit],
    ]);
    if (after !== undefined) addPosition(values, after);
    const statement = this.#statements.scan({ fixed: [], resumes: after !== undefined });
    // The statement selects the six tuple columns.
    const rows = (await this.#session.queryTexts(bindStatement(statement, values), {
      signal,
    })) as readonly StoredTuple[];
    const restore = await fetchLongStrings(this.#session, rows, { signal });
    const next = rows.length < limit ? undefined : rows.at(-1);
    let before: StoredTuple | undefined;
    const tuples = rows.map((row) => {
      before = withStringsOf(before, row);
      return fromStoredTuple(before, restore);
    });
    return { tuples, next };
  }
}

/**
 * The row with the strings of the one before where they are equal, as they mostly are in a scan: a string that was a key
 * of a map before is found again without being hashed, and the copies are garbage at once.
 */
function withStringsOf(before: StoredTuple | undefined, row: StoredTuple): StoredTuple {
  if (before === undefined) return row;
  const [namespace, object, relation, subjectNamespace, subjectObject, subjectRelation] = row;
  return [
    namespace === before[0] ? before[0] : namespace,
    object === before[1] ? before[1] : object,
    relation === before[2] ? before[2] : relation,
    subjectNamespace === before[3] ? before[3] : subjectNamespace,
    subjectObject,
    subjectRelation === before[5] ? before[5] : subjectRelation,
  ];
}

interface ScanOptions extends CallOptions {
  readonly limit: number;
  readonly after?: PagePosition | undefined;
}

function isEmpty(set: readonly unknown[]): boolean {
  return set.length === 0;
}

function revisionOf(row: SqlRow | undefined): Revision {
  if (row === undefined) throw new Error('BUG: the network has no head');
  return Number(row[0]);
}

/** The tuple columns after the revision: all null when the page is empty. */
function tupleOf([, ...columns]: SqlRow): StoredTuple | undefined {
  // The statement selects the six tuple columns, which are NOT NULL: null comes of the outer join only.
  return columns[0] === null ? undefined : (columns as unknown as StoredTuple);
}
