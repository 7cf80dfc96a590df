import { type Compilable, type SelectQueryBuilder, sql } from 'kysely';
import { behindPosition } from './behind-position.ts';
import { type Schema, TUPLE_COLUMNS, type TupleColumn } from './schema.ts';
import type { SqlSyntax } from './sql-syntax.ts';
import { compileStatement, parameter, type Statement } from './statement.ts';

/** Which listing: the columns that are fixed, and what else narrows it. */
export interface ListingShape {
  readonly fixed: readonly TupleColumn[];
  readonly subjectKind: 'id' | 'set' | undefined;
  /** Whether the page begins after a tuple. */
  readonly resumes: boolean;
}

export type ScanShape = Pick<ListingShape, 'fixed' | 'resumes'>;

/** The statements of the persister that are the same on every database. Parameters have the names of their columns. */
export class Statements {
  readonly #syntax: SqlSyntax;
  readonly #compiled = new Map<string, Statement>();

  constructor(syntax: SqlSyntax) {
    this.#syntax = syntax;
  }

  /** Parameters: nid. Columns: revision. */
  head(): Statement {
    return this.#once('head', ({ builder }) =>
      builder.selectFrom('heads').select('revision').where('nid', '=', parameter<number>('nid')),
    );
  }

  /** Parameters: nid, limit. Columns: revision, committed_at, of the oldest changes in order. */
  oldestChanges(): Statement {
    return this.#once('oldest', ({ builder }) =>
      builder
        .selectFrom('changes')
        .select(['revision', 'committed_at'])
        .where('nid', '=', parameter<number>('nid'))
        .orderBy('revision')
        .limit(parameter<number>('limit')),
    );
  }

  /** Parameters: nid, revision: deletes the changes up to that one. */
  trim(): Statement {
    return this.#once('trim', ({ builder }) =>
      builder
        .deleteFrom('changes')
        .where('nid', '=', parameter<number>('nid'))
        .where('revision', '<=', parameter<number>('revision')),
    );
  }

  /**
   * Parameters: nid, limit, the fixed columns, and `after_<column>` when it resumes. Columns: the tuple columns, in the
   * order of listings.
   */
  scan({ fixed, resumes }: ScanShape): Statement {
    return this.#once(`${shapeKey('scan', fixed)}${resumes ? '>' : ''}`, (syntax) =>
      page(syntax, { fixed, subjectKind: undefined, resumes }),
    );
  }

  /** The same with the parameter offset: how many rows to leave out. */
  skip({ fixed, resumes }: ScanShape): Statement {
    return this.#once(`${shapeKey('skip', fixed)}${resumes ? '>' : ''}`, (syntax) =>
      page(syntax, { fixed, subjectKind: undefined, resumes }).offset(parameter<number>('offset')),
    );
  }

  /** The parameters of `scan`. Columns: how many rows the page has. */
  pageLength({ fixed, resumes }: ScanShape): Statement {
    return this.#once(`${shapeKey('length', fixed)}${resumes ? '>' : ''}`, (syntax) =>
      syntax.builder
        .selectFrom(page(syntax, { fixed, subjectKind: undefined, resumes }).as('page'))
        .select((select) => select.fn.countAll().as('length')),
    );
  }

  /**
   * Parameters: nid, limit, the fixed columns, and `after_<column>` when the page resumes.
   * Columns: revision, then the tuple columns; one row with nulls when no tuple matches.
   */
  listing(shape: ListingShape): Statement {
    const key = shapeKey('list', shape.fixed);
    return this.#once(`${key}:${shape.subjectKind ?? ''}${shape.resumes ? '>' : ''}`, (syntax) => {
      const listing = syntax.builder
        .selectFrom('heads')
        // With keepsOrder: the only plan of a left join without a condition is a loop over the page.
        .leftJoin(page(syntax, shape).as('page'), (join) => join.onTrue())
        .select(['heads.revision', ...TUPLE_COLUMNS.map((column) => `page.${column}` as const)])
        .where('heads.nid', '=', parameter<number>('nid'));
      return syntax.keepsOrder
        ? listing
        : orderOf(shape.fixed, syntax).reduce((query, column) => query.orderBy(`page.${column}`), listing);
    });
  }

  /** Parameters: nid and the fixed columns. Columns: the tuple columns of what matches. */
  matching(fixed: readonly TupleColumn[]): Statement {
    return this.#once(shapeKey('match', fixed), ({ builder }) =>
      fixed.reduce(
        (query, column) => query.where(column, '=', parameter<string>(column)),
        builder.selectFrom('relation_tuples').select(TUPLE_COLUMNS).where('nid', '=', parameter<number>('nid')),
      ),
    );
  }

  /** Parameters: nid and the fixed columns. Columns, where DELETE has such: the tuple columns of what was deleted. */
  deletion(fixed: readonly TupleColumn[]): Statement {
    return this.#once(shapeKey('delete', fixed), ({ builder, returnsDeleted }) => {
      const deletion = fixed.reduce(
        (query, column) => query.where(column, '=', parameter<string>(column)),
        builder.deleteFrom('relation_tuples').where('nid', '=', parameter<number>('nid')),
      );
      return returnsDeleted ? deletion.returning(TUPLE_COLUMNS) : deletion;
    });
  }

  #once(key: string, build: (syntax: SqlSyntax) => Compilable): Statement {
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const statement = compileStatement(build(this.#syntax));
    this.#compiled.set(key, statement);
    return statement;
  }
}

/** The tuples of one page in the order of the primary key. */
function page(
  syntax: SqlSyntax,
  { fixed, subjectKind, resumes }: ListingShape,
): SelectQueryBuilder<Schema, 'relation_tuples', Pick<Schema['relation_tuples'], TupleColumn>> {
  const order = orderOf(fixed, syntax);
  let query = syntax.builder
    .selectFrom('relation_tuples')
    .select(TUPLE_COLUMNS)
    .where('nid', '=', parameter<number>('nid'));
  for (const column of fixed) {
    const value = parameter<string>(column);
    // Between equal bounds: SQLite leaves a column that is equal to something out of the order, and then sorts.
    query = order.includes(column)
      ? query.where((where) => where.between(column, value, value))
      : query.where(column, '=', value);
  }
  if (subjectKind === 'id') query = query.where('subject_namespace', '=', sql.lit(''));
  if (subjectKind === 'set') query = query.where('subject_namespace', '>', sql.lit(''));
  if (resumes) {
    const position = order.map((column) => [column, parameter<string>(`after_${column}`)] as const);
    query = query.where(behindPosition(position, syntax));
  }
  for (const column of order) query = query.orderBy(column);
  return query.limit(parameter<number>('limit'));
}

/**
 * The columns that order a listing. Those that are fixed at the front of the index that
 * serves it decide nothing; without them the rest of the index is the order and the
 * starting point that are wanted, so the database only walks along it. Fixed ones further
 * behind are part of it where rows are compared; elsewhere they would make it sort.
 */
function orderOf(fixed: readonly TupleColumn[], { seek }: SqlSyntax): readonly TupleColumn[] {
  const columns = fixed.includes('subject_object') ? REVERSE_INDEX : TUPLE_COLUMNS;
  const free = columns.findIndex((column) => !fixed.includes(column));
  if (free === -1) return columns.slice(-1);
  return seek === 'rows' ? columns.slice(free) : columns.filter((column) => !fixed.includes(column));
}

/** The columns of the index relation_tuples_reverse. */
const REVERSE_INDEX: readonly TupleColumn[] = [
  'subject_object',
  'subject_namespace',
  'subject_relation',
  'namespace',
  'object',
  'relation',
];

/** `list:010111`: which columns are fixed. */
function shapeKey(verb: string, fixed: readonly TupleColumn[]): string {
  return `${verb}:${TUPLE_COLUMNS.map((column) => (fixed.includes(column) ? '1' : '0')).join('')}`;
}
