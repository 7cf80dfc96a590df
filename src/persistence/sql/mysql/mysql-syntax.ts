import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from 'kysely';
import type { Schema } from '../schema.ts';
import type { SqlSyntax } from '../sql-syntax.ts';

export const MYSQL_SYNTAX: SqlSyntax = {
  builder: new Kysely<Schema>({
    // Compiles queries and runs none: statements go to the driver, prepared once a connection.
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (builder: Kysely<unknown>) => new MysqlIntrospector(builder),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  }),
  isEmbedded: false,
  // MariaDB can return what it deletes, MySQL cannot.
  returnsDeleted: false,
  // A comparison of rows is no range of an index (MySQL manual: row constructor expression optimization).
  seek: 'columns',
  keepsOrder: false,
};
