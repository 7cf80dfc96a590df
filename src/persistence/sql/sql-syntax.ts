import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** In what the statements differ that are otherwise the same on every database. */
export interface SqlSyntax {
  /** Builds statements in this dialect; it runs none. */
  readonly builder: Kysely<Schema>;
  /** Whether statements run in this process: nothing else is done until one ends. */
  readonly isEmbedded: boolean;
  /** Whether DELETE can return what it deletes. */
  readonly returnsDeleted: boolean;
  /**
   * How an index is entered behind a position: by comparing rows, `(a, b) > (x, y)`, which have all of the index's
   * columns behind the first free one; or by ranges of the free columns, `a > x or (a = x and b > y)`.
   */
  readonly seek: 'rows' | 'columns';
  /** Whether the rows of a page that is joined to one other row surely stay in the page's order. */
  readonly keepsOrder: boolean;
}
