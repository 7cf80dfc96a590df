import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Schema } from '../schema.ts';
import type { SqlSyntax } from '../sql-syntax.ts';

export const SQLITE_SYNTAX: SqlSyntax = {
  builder: new Kysely<Schema>({
    // Compiles queries and runs none: statements go to the driver, prepared once.
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (builder: Kysely<unknown>) => new SqliteIntrospector(builder),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  isEmbedded: true,
  returnsDeleted: true,
  seek: 'rows',
  keepsOrder: true,
};
