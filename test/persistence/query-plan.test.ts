import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type pg from 'pg';
import { type Dsn, parseDsn } from '../../src/persistence/sql/dsn.ts';
import { Migrator } from '../../src/persistence/sql/migrator.ts';
import { openDialect } from '../../src/persistence/sql/open-dialect.ts';
import { compilePolicyStatements, type PolicyStatements } from '../../src/persistence/sql/policy-statements.ts';
import { openPostgresPool } from '../../src/persistence/sql/postgres/postgres-pool.ts';
import { PostgresSession } from '../../src/persistence/sql/postgres/postgres-session.ts';
import type { TupleColumn } from '../../src/persistence/sql/schema.ts';
import { openSqliteConnection } from '../../src/persistence/sql/sqlite/open-sqlite-connection.ts';
import { bindStatement, type Statement } from '../../src/persistence/sql/statement.ts';
import { Statements } from '../../src/persistence/sql/statements.ts';
import { createPostgres, createSqliteFile, type TestDatabase } from '../support/databases.ts';

const SUBJECT: readonly TupleColumn[] = ['subject_namespace', 'subject_object', 'subject_relation'];

/** Which columns are fixed, and by which index the tuples must come in their order, without being sorted. */
const LISTINGS: readonly { fixed: readonly TupleColumn[]; index: 'primary' | 'reverse' }[] = [
  { fixed: [], index: 'primary' },
  { fixed: ['namespace'], index: 'primary' },
  { fixed: ['namespace', 'object'], index: 'primary' },
  { fixed: ['namespace', 'object', 'relation'], index: 'primary' },
  { fixed: ['object'], index: 'primary' },
  { fixed: ['namespace', 'relation'], index: 'primary' },
  { fixed: SUBJECT, index: 'reverse' },
  { fixed: ['namespace', ...SUBJECT], index: 'reverse' },
  { fixed: ['namespace', 'relation', ...SUBJECT], index: 'reverse' },
];

/** How each statement that reads policies finds its rows. */
const POLICY_PLANS: Readonly<Record<keyof PolicyStatements, RegExp>> = {
  document: /Index Scan using policy_documents_pkey on policy_documents/,
  list: /Index Scan using policy_documents_position on policy_documents/,
  head: /Index Scan using heads_pkey on heads/,
  page: /Index Scan using policy_documents_position on policy_documents.*\n.*Index Cond: .*ROW\(/,
  changes: /Index Scan using changes_of_policies on changes.*\n.*Index Cond: .*revision > /,
};

const FIXED_NAME = (fixed: readonly TupleColumn[]) => fixed.join(', ') || 'nothing';

describe('plans of listings on SQLite', () => {
  for (const resumes of [false, true]) {
    for (const { fixed, index } of LISTINGS) {
      it(`walk along the ${index} index with ${FIXED_NAME(fixed)} fixed${resumes ? ', from a position' : ''}`, async () => {
        await using database = await createSqliteFile();
        const dsn = await migrated(database);
        const { text, parameters } = await listing(dsn, { fixed, subjectKind: undefined, resumes });
        if (dsn.kind !== 'sqlite') throw new Error('BUG: not a sqlite dsn');
        const connection = await openSqliteConnection(dsn);
        const rows = connection.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`);
        const plan = rows.all(parameters.map(() => '')).map(({ detail }) => detail);
        connection.close();
        const scan = plan.find((line) => line.includes('relation_tuples')) ?? '';
        assert.match(scan, index === 'primary' ? /USING PRIMARY KEY/ : /USING COVERING INDEX relation_tuples_reverse/);
        assert.ok(!plan.some((line) => line.includes('TEMP B-TREE')), plan.join('\n'));
        const isFirstRangeUsable = resumes && (index === 'reverse' || fixed[0] !== 'object');
        if (isFirstRangeUsable) assert.match(scan, />/, 'the position is a place in the index');
      });
    }
  }
});

describe('plans on PostgreSQL, made when the tables are empty', () => {
  it('walk along an index, without sorting', async () => {
    await using database = await createPostgres();
    const dsn = await migrated(database);
    await withSession(dsn, async (client, session) => {
      for (const resumes of [false, true]) {
        for (const { fixed, index } of LISTINGS) {
          const statement = await listing(dsn, { fixed, subjectKind: undefined, resumes });
          const plan = await explain(client, () => run(session, statement));
          const name = `${FIXED_NAME(fixed)}${resumes ? ', resumed' : ''}:\n${plan}`;
          const indexName = index === 'primary' ? 'relation_tuples_pkey' : 'relation_tuples_reverse';
          assert.match(plan, new RegExp(`Index Only Scan using ${indexName} on relation_tuples`), name);
          assert.doesNotMatch(plan, /Sort|Seq Scan|Bitmap/, name);
          if (resumes) assert.match(plan, /Index Cond: .*(ROW\(|>)/, name);
        }
      }
    });
  });

  it('answer a frontier by one look-up in an index for each question', async () => {
    await using database = await createPostgres();
    await withSession(await migrated(database), async (client, session) => {
      const plan = await explain(client, async () => {
        await session.findFacts([], [['n', 'o', 'r']]);
      });
      assert.match(
        plan,
        /Index Only Scan using relation_tuples_pkey .*\n.*Index Cond: .*relation = .*subject_namespace > ''/,
      );
      assert.doesNotMatch(plan, /Sort|Seq Scan|Bitmap|Hash|Merge/, plan);
      const point = await explain(client, async () => {
        await session.findFacts([['n', 'o', 'r', '', 'a', '']], []);
      });
      assert.match(point, /Index Only Scan using relation_tuples_/);
      const bySubject = await explain(client, async () => {
        await session.findFacts(
          Array.from({ length: 100 }, (_, i) => ['n', `o${i}`, 'r', '', 'a', ''] as const),
          [],
        );
      });
      assert.match(
        bySubject,
        /Limit.*\n.*Index Only Scan using relation_tuples_reverse .*\n.*Index Cond: .*subject_object = .*subject_relation = /,
      );
      assert.doesNotMatch(bySubject, /Sort|Seq Scan|Bitmap|Hash|Merge/, bySubject);
    });
  });

  it('scan all tuples along the primary index', async () => {
    await using database = await createPostgres();
    const dsn = await migrated(database);
    await withSession(dsn, async (client, session) => {
      for (const resumes of [false, true]) {
        const statement = await statementOf(dsn, (statements) => statements.scan({ fixed: [], resumes }));
        const plan = await explain(client, () => run(session, statement));
        assert.match(plan, /Index Only Scan using relation_tuples_pkey on relation_tuples/, plan);
        assert.doesNotMatch(plan, /Sort|Seq Scan|Bitmap/, plan);
        if (resumes) assert.match(plan, /Index Cond: .*ROW\(/, plan);
      }
    });
  });

  it('look at the change log only when something is new', async () => {
    await using database = await createPostgres();
    const dsn = await migrated(database);
    await withSession(dsn, async (client, session) => {
      const head = await explain(client, async () => {
        await session.findChanges(0, { limit: 1, maxBytes: 1 });
      });
      assert.match(head, /^Index Scan using heads_pkey on heads.*\n\s*Index Cond: \(nid = \$1\)$/, head);
      const plan = await explain(client, async () => {
        await session.findChanges(-1, { limit: 1, maxBytes: 1 });
      });
      assert.match(plan, /One-Time Filter: \(heads.revision > \$2\)/, plan);
      assert.match(plan, /Index Scan using changes_pkey on changes/, plan);
      assert.doesNotMatch(plan, /Sort|Seq Scan|Bitmap/, plan);
    });
  });

  it('read policies along their indexes, and their changes past those of tuples', async () => {
    await using database = await createPostgres();
    const dsn = await migrated(database);
    await using dialect = await openDialect(dsn);
    const statements = compilePolicyStatements((await dialect.openDatabase()).syntax);
    await withSession(dsn, async (client, session) => {
      for (const [name, statement] of Object.entries(statements) as [keyof PolicyStatements, Statement][]) {
        const plan = await explain(client, () => run(session, statement));
        assert.match(plan, POLICY_PLANS[name], `${name}:\n${plan}`);
        assert.doesNotMatch(plan, /Sort|Seq Scan|Bitmap/, `${name}:\n${plan}`);
      }
    });
  });
});

async function migrated({ dsn }: TestDatabase): Promise<Dsn> {
  await using migrator = await Migrator.open({ dsn });
  await migrator.up();
  return parseDsn(dsn);
}

function listing(dsn: Dsn, shape: Parameters<Statements['listing']>[0]): Promise<Statement> {
  return statementOf(dsn, (statements) => statements.listing(shape));
}

async function statementOf(dsn: Dsn, build: (statements: Statements) => Statement): Promise<Statement> {
  await using dialect = await openDialect(dsn);
  return build(new Statements((await dialect.openDatabase()).syntax));
}

const NUMBERS = new Set(['nid', 'limit', 'offset', 'position', 'after']);

async function run(session: PostgresSession, statement: Statement): Promise<void> {
  const values = statement.parameters.map((name) => [name, NUMBERS.has(name) ? 1 : ''] as const);
  await session.query(bindStatement(statement, new Map(values)));
}

async function withSession(
  dsn: Dsn,
  test: (client: pg.PoolClient, session: PostgresSession) => Promise<void>,
): Promise<void> {
  if (dsn.kind !== 'postgres') throw new Error('BUG: not a postgres dsn');
  const pool = await openPostgresPool(dsn);
  const client = await pool.connect();
  try {
    await test(client, new PostgresSession({ executor: client, nid: 1, timeoutMs: 30_000 }));
  } finally {
    client.release();
    await pool.end();
  }
}

/** The plan of the one statement that `work` prepares. */
async function explain(client: pg.PoolClient, work: () => Promise<void>): Promise<string> {
  const prepared = async () =>
    (
      await client.query<{ name: string; count: number }>(
        'SELECT name, cardinality(parameter_types) AS count FROM pg_prepared_statements ORDER BY prepare_time',
      )
    ).rows;
  const before = new Set((await prepared()).map(({ name }) => name));
  await work();
  const added = (await prepared()).filter(({ name }) => !before.has(name));
  assert.equal(added.length, 1);
  const [{ name, count } = { name: '', count: 0 }] = added;
  const nulls = Array.from({ length: count }, () => 'NULL').join(', ');
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE ${name} (${nulls})`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
