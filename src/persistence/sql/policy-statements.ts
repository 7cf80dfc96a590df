import { type Kysely, type RawBuilder, sql } from 'kysely';
import { DOCUMENT_CHANGES } from './document-edit.ts';
import type { Schema } from './schema.ts';
import { compileStatement, type Statement } from './statement.ts';

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

export function compilePolicyStatements(builder: Kysely<Schema>): PolicyStatements {
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
          sql<boolean>`(collection, position) > (${parameter<string>('collection')}, ${parameter<number>('position')})`,
        )
        .orderBy('collection')
        .orderBy('position')
        .limit(parameter<number>('limit')),
    ),
    changes: compileStatement(changes(builder)),
  };
}

/** One statement, so the head and the changes up to it are of one state. */
function changes(builder: Kysely<Schema>) {
  const newer = builder
    .selectFrom('changes')
    .select(['revision', 'payload'])
    .where('nid', '=', parameter<number>('nid'))
    // A literal, because only then the index of these rows is taken.
    .where('kind', '=', sql.lit(DOCUMENT_CHANGES))
    .where('revision', '>', parameter<number>('after'))
    .orderBy('revision')
    .limit(parameter<number>('limit'));
  return (
    builder
      .selectFrom('heads')
      // The only plan of a left join without a condition is a loop over the changes, so their order stays.
      .leftJoin(newer.as('newer'), (join) => join.onTrue())
      .select(['heads.policy_revision', 'newer.revision', 'newer.payload'])
      .where('heads.nid', '=', parameter<number>('nid'))
  );
}

/** A placeholder; the statement's values are bound by this name. */
function parameter<T>(name: string): RawBuilder<T> {
  return sql<T>`${name}`;
}
