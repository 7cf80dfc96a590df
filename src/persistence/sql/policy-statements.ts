import { sql } from 'kysely';
import { behindPosition } from './behind-position.ts';
import { DOCUMENT_CHANGES } from './document-edit.ts';
import type { SqlSyntax } from './sql-syntax.ts';
import { compileStatement, parameter, type Statement } from './statement.ts';

/** The statements that read policies and roles. */
export interface PolicyStatements {
  /** Parameters: nid, path. Columns: document. */
  readonly document: Statement;
  /** Parameters: nid, collection, limit, offset. Columns: document. */
  readonly list: Statement;
  /** Parameters: nid. Columns: policy_revision. */
  readonly head: Statement;
  /** Parameters: nid, collection, position, limit. Columns: collection, position, document. */
  readonly page: Statement;
  /** Parameters: nid, after, limit. Columns: policy_revision, revision, payload; one row with nulls when nothing is new. */
  readonly changes: Statement;
}

export function compilePolicyStatements(syntax: SqlSyntax): PolicyStatements {
  const { builder } = syntax;
  const nid = parameter<number>('nid');
  const documents = builder.selectFrom('policy_documents').where('nid', '=', nid);
  return {
    document: compileStatement(documents.select('document').where('path', '=', parameter<string>('path'))),
    list: compileStatement(
      documents
        .select('document')
        .where('collection', '=', parameter<string>('collection'))
        .orderBy('position')
        .limit(parameter<number>('limit'))
        .offset(parameter<number>('offset')),
    ),
    head: compileStatement(builder.selectFrom('heads').select('policy_revision').where('nid', '=', nid)),
    page: compileStatement(
      documents
        .select(['collection', 'position', 'document'])
        .where(
          behindPosition(
            [
              ['collection', parameter<string>('collection')],
              ['position', parameter<number>('position')],
            ],
            syntax,
          ),
        )
        .orderBy('collection')
        .orderBy('position')
        .limit(parameter<number>('limit')),
    ),
    changes: compileStatement(changes(syntax)),
  };
}

/** One statement, so the head and the changes up to it are of one state. */
function changes({ builder, keepsOrder }: SqlSyntax) {
  const newer = builder
    .selectFrom('changes')
    .select(['revision', 'payload'])
    .where('nid', '=', parameter<number>('nid'))
    // A literal, because only then the index of these rows is taken.
    .where('kind', '=', sql.lit(DOCUMENT_CHANGES))
    .where('revision', '>', parameter<number>('after'))
    .orderBy('revision')
    .limit(parameter<number>('limit'));
  const page = builder
    .selectFrom('heads')
    // With keepsOrder: the only plan of a left join without a condition is a loop over the changes.
    .leftJoin(newer.as('newer'), (join) => join.onTrue())
    .select(['heads.policy_revision', 'newer.revision', 'newer.payload'])
    .where('heads.nid', '=', parameter<number>('nid'));
  return keepsOrder ? page : page.orderBy('newer.revision');
}
