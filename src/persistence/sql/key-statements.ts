import type { SqlSyntax } from './sql-syntax.ts';
import { compileStatement, parameter, type Statement } from './statement.ts';

/** The statements of idempotency keys. */
export interface KeyStatements {
  /** Parameters: nid, key. Columns: digest, revision, effective. */
  readonly find: Statement;
  /** Parameters: nid, key, digest, revision, effective, created_at_ms. */
  readonly insert: Statement;
  /** Parameters: nid, before, limit. Columns: created_at_ms, of the oldest keys that are older than `before`. */
  readonly oldest: Statement;
  /** Parameters: nid, last: deletes the keys up to that time. */
  readonly trim: Statement;
}

export function compileKeyStatements({ builder }: SqlSyntax): KeyStatements {
  const nid = parameter<number>('nid');
  const keys = builder.selectFrom('idempotency_keys').where('nid', '=', nid);
  return {
    find: compileStatement(
      keys.select(['digest', 'revision', 'effective']).where('key', '=', parameter<Uint8Array>('key')),
    ),
    insert: compileStatement(
      builder.insertInto('idempotency_keys').values({
        nid,
        key: parameter<Uint8Array>('key'),
        digest: parameter<string>('digest'),
        revision: parameter<number>('revision'),
        effective: parameter<string>('effective'),
        created_at_ms: parameter<number>('created_at_ms'),
      }),
    ),
    oldest: compileStatement(
      keys
        .select('created_at_ms')
        .where('created_at_ms', '<', parameter<number>('before'))
        .orderBy('created_at_ms')
        .limit(parameter<number>('limit')),
    ),
    trim: compileStatement(
      builder
        .deleteFrom('idempotency_keys')
        .where('nid', '=', nid)
        .where('created_at_ms', '<=', parameter<number>('last')),
    ),
  };
}
