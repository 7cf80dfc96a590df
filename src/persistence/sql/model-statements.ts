import { sql } from 'kysely';
import { TUPLE_COLUMNS } from './schema.ts';
import type { SqlSyntax } from './sql-syntax.ts';
import { compileStatement, parameter, type Statement } from './statement.ts';
import { Statements } from './statements.ts';

/** The statements of the versions of the model. Every one has the parameter nid. */
export interface ModelStatements {
  /** Columns: version, of the newest; no row when there is none. */
  readonly newest: Statement;
  /** Parameters: version. Columns: version, revision, written_at_ms, note, document. */
  readonly read: Statement;
  /** Parameters: before, limit. Columns: as `read`, without the document. */
  readonly list: Statement;
  /** Parameters: the columns. */
  readonly insert: Statement;
  /** Columns: namespace, relation, subject_namespace, subject_relation, and how many tuples have them. */
  readonly shapes: Statement;
  /** In the place of `shapes` where a statement must be short: `scan` of `Statements`, from the beginning and further on. */
  readonly walk: { readonly first: Statement; readonly further: Statement } | undefined;
  /** Parameters: the first four columns of `shapes`, and limit. Columns: the tuple columns. */
  readonly examples: Statement;
}

const HEAD_COLUMNS = ['version', 'revision', 'written_at_ms', 'note'] as const;
const SHAPE_COLUMNS = ['namespace', 'relation', 'subject_namespace', 'subject_relation'] as const;

const nid = parameter<number>('nid');
const limit = parameter<number>('limit');

export function compileModelStatements(syntax: SqlSyntax): ModelStatements {
  return { ...compileVersions(syntax), ...compileSurvey(syntax) };
}

function compileVersions({ builder }: SqlSyntax): Pick<ModelStatements, 'newest' | 'read' | 'list' | 'insert'> {
  const models = builder.selectFrom('models').where('nid', '=', nid);
  return {
    newest: compileStatement(models.select('version').orderBy('version', 'desc').limit(sql.lit(1))),
    read: compileStatement(
      models.select([...HEAD_COLUMNS, 'document']).where('version', '=', parameter<number>('version')),
    ),
    list: compileStatement(
      models
        .select(HEAD_COLUMNS)
        .where('version', '<', parameter<number>('before'))
        .orderBy('version', 'desc')
        .limit(limit),
    ),
    insert: compileStatement(
      builder.insertInto('models').values({
        nid,
        version: parameter<number>('version'),
        revision: parameter<number>('revision'),
        written_at_ms: parameter<number>('written_at_ms'),
        note: parameter<string>('note'),
        document: parameter<string>('document'),
      }),
    ),
  };
}

/** What tuples are stored of, for what a version takes away from them. */
function compileSurvey(syntax: SqlSyntax): Pick<ModelStatements, 'shapes' | 'walk' | 'examples'> {
  const { builder, isEmbedded } = syntax;
  const scans = new Statements(syntax);
  const tuples = builder.selectFrom('relation_tuples').where('nid', '=', nid);
  return {
    shapes: compileStatement(
      tuples.select([...SHAPE_COLUMNS, builder.fn.countAll<number>().as('tuples')]).groupBy(SHAPE_COLUMNS),
    ),
    walk: isEmbedded
      ? { first: scans.scan({ fixed: [], resumes: false }), further: scans.scan({ fixed: [], resumes: true }) }
      : undefined,
    examples: compileStatement(
      SHAPE_COLUMNS.reduce(
        (query, column) => query.where(column, '=', parameter<string>(column)),
        tuples.select(TUPLE_COLUMNS),
      ).limit(limit),
    ),
  };
}
