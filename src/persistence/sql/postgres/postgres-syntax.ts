import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { Schema } from '../schema.ts';
import type { SqlSyntax } from '../sql-syntax.ts';

export const POSTGRES_SYNTAX: SqlSyntax = {
  builder: new Kysely<Schema>({
    // Compiles queries and runs none: statements go to the driver, prepared once a connection.
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (builder: Kysely<unknown>) => new PostgresIntrospector(builder),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  isEmbedded: false,
  returnsDeleted: true,
  seek: 'rows',
  keepsOrder: true,
};
