import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** In what the statements differ that are otherwise the same on every database. */
export interface SqlSyntax {
  /** Builds statements in this dialect; it runs none. */
  readonly builder: Kysely<Schema>;
  /** Whether DELETE can return what it deletes. */
  readonly returnsDeleted: boolean;
  /** Whether `(a, b) > (x, y)` is looked up in an index. */
  readonly seeksRows: boolean;
  /** Whether the rows of a page that is joined to one other row surely stay in the page's order. */
  readonly keepsOrder: boolean;
}
