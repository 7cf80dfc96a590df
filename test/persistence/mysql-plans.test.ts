import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TUPLE_CHANGES } from '../../src/persistence/sql/change-payload.ts';
import { parseDsn } from '../../src/persistence/sql/dsn.ts';
import { MysqlCommit } from '../../src/persistence/sql/mysql/mysql-commit.ts';
import type { MysqlExecutor, MysqlValue } from '../../src/persistence/sql/mysql/mysql-connection.ts';
import { MysqlSession } from '../../src/persistence/sql/mysql/mysql-session.ts';
import { MYSQL_SYNTAX } from '../../src/persistence/sql/mysql/mysql-syntax.ts';
import { openMysqlPool } from '../../src/persistence/sql/mysql/open-mysql-pool.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { compilePolicyStatements } from '../../src/persistence/sql/policy-statements.ts';
import type { TupleColumn } from '../../src/persistence/sql/schema.ts';
import { bindStatement, type SqlValue, type Statement } from '../../src/persistence/sql/statement.ts';
import { Statements } from '../../src/persistence/sql/statements.ts';
import { planWrite } from '../../src/persistence/sql/write-plan.ts';
import { deltas, inserts, tuples } from '../contract/contract-context.ts';
import { createMariaDb, missesMariaDb } from '../support/databases.ts';

const SUBJECT: readonly TupleColumn[] = ['subject_namespace', 'subject_object', 'subject_relation'];

/** Which columns are fixed, and by which index the tuples must come in their order, without being sorted. */
const LISTINGS: readonly { fixed: readonly TupleColumn[]; index: 'PRIMARY' | 'relation_tuples_reverse' }[] = [
  { fixed: [], index: 'PRIMARY' },
  { fixed: ['namespace'], index: 'PRIMARY' },
  { fixed: ['namespace', 'object'], index: 'PRIMARY' },
  { fixed: ['namespace', 'object', 'relation'], index: 'PRIMARY' },
  { fixed: ['object'], index: 'PRIMARY' },
  { fixed: ['namespace', 'relation'], index: 'PRIMARY' },
  { fixed: SUBJECT, index: 'relation_tuples_reverse' },
  { fixed: ['namespace', ...SUBJECT], index: 'relation_tuples_reverse' },
  { fixed: ['namespace', 'relation', ...SUBJECT], index: 'relation_tuples_reverse' },
];

/** A tuple that is stored, as a position and as what columns are fixed to. */
const STORED = {
  namespace: 'n3',
  object: 'o10',
  relation: 'r1',
  subject_namespace: '',
  subject_object: 's10',
  subject_relation: '',
};

/** A line of a plan: how a table is read. */
interface Step {
  readonly table: string;
  readonly type: string;
  readonly key: string;
  readonly extra: string;
}

describe('plans on MariaDB', { skip: missesMariaDb() ?? false }, () => {
  it('walk along an index, without sorting', async () => {
    await using explained = await openExplained();
    const statements = new Statements(MYSQL_SYNTAX);
    for (const { fixed, index } of LISTINGS) {
      for (const resumes of [false, true]) {
        const name = `${fixed.join(', ') || 'nothing'} fixed${resumes ? ', resumed' : ''}`;
        const plan = await explained.planOf(statements.listing({ fixed, subjectKind: undefined, resumes }));
        const step = stepOf(plan, 'relation_tuples', name);
        assert.equal(step.key, index, name);
        assert.doesNotMatch(step.extra, /filesort|temporary/, name);
        assert.match(step.extra, /Using index/, `${name}: the index is all that is read`);
        assert.match(step.type, resumes ? /^range$/ : /^(?:ref|range)$/, name);
      }
    }
  });

  it('scan all tuples along the primary index', async () => {
    await using explained = await openExplained();
    const statements = new Statements(MYSQL_SYNTAX);
    for (const resumes of [false, true]) {
      const step = stepOf(await explained.planOf(statements.scan({ fixed: [], resumes })), 'relation_tuples');
      assert.equal(step.key, 'PRIMARY');
      assert.doesNotMatch(step.extra, /filesort|temporary/);
      assert.match(step.type, resumes ? /^range$/ : /^(?:ref|range)$/);
    }
  });

  it('answer a frontier by one look-up in the primary key for each question', async () => {
    await using explained = await openExplained();
    const plan = await explained.plansOf((session) =>
      session.findFacts(
        [
          ['n', 'o', 'r', '', 'a', ''],
          ['n', 'o', 'r', '', 'b', ''],
        ],
        [['n', 'o', 'r']],
      ),
    );
    const lookUps = plan.flat().filter(({ table }) => table === 't');
    assert.deepEqual(
      lookUps.map(({ type, key }) => [type, key]),
      [
        ['eq_ref', 'PRIMARY'],
        ['ref', 'PRIMARY'],
      ],
    );
    const [point] = await explained.plansOf((session) => session.findFacts([['n3', 'o10', 'r1', '', 's10', '']], []));
    assert.equal(stepOf(point ?? [], 'relation_tuples').type, 'const');
  });

  it('change tuples by one look-up in the primary key for each, and find strings by theirs', async () => {
    await using explained = await openExplained();
    const head = { revision: 1_000, checksum: null, policyRevision: 0, now: new Date() };
    const plans = await explained.plansOf(async (session) => {
      const commit = new MysqlCommit({ nid: 1, session, head, maxPacketBytes: 2 ** 20, signal: undefined });
      await commit.applyPlan(planWrite(deltas('+n:o#r@new', `+n:o#r@${'x'.repeat(300)}`, '-n3:o10#r1@s10')));
      await session.findStrings(['a', 'b']);
    });
    const read = plans
      .flat()
      .filter(({ table, extra }) => /^(?:t|strings)$/.test(table) && !/no matching row/i.test(extra));
    for (const { type, key } of read) assert.deepEqual([type.replace(/^const$/, 'eq_ref'), key], ['eq_ref', 'PRIMARY']);
    assert.ok(read.length >= 3);
  });

  it('read only the newest part of the change log, and of policies', async () => {
    await using explained = await openExplained();
    const [plan = []] = await explained.plansOf((session) => session.findChanges(2, { limit: 1, maxBytes: 1 }));
    for (const table of ['changes', 'found']) assert.match(stepOf(plan, table).type, /^(?:range|eq_ref|ref)$/, table);
    const policies = compilePolicyStatements(MYSQL_SYNTAX);
    for (const name of ['list', 'page', 'changes'] as const) {
      const table = name === 'changes' ? 'changes' : 'policy_documents';
      const step = stepOf(await explained.planOf(policies[name]), table, name);
      assert.match(step.type, /^(?:range|ref)$/, name);
      assert.doesNotMatch(step.extra, /filesort|temporary/, name);
    }
  });
});

interface Explained extends AsyncDisposable {
  planOf(statement: Statement): Promise<readonly Step[]>;
  /** Of every statement that `work` runs. */
  plansOf(work: (session: MysqlSession) => Promise<unknown>): Promise<readonly (readonly Step[])[]>;
}

/** A database with some thousand tuples, and the plans of what runs on it. */
async function openExplained(): Promise<Explained> {
  const database = await createMariaDb();
  {
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    const all = Array.from(
      { length: 4_000 },
      (_, i) => `n${i % 7}:o${i}#r${i % 3}@${i % 4 === 1 ? `(g:s${i}#m)` : `s${i}`}` as const,
    );
    await persister.writeTuples(inserts(tuples(...all)));
    for (const id of ['a', 'b', 'c']) await persister.writeTuples(deltas(`+n:o#r@${id}`));
    const { policyDocuments } = persister;
    for (let at = 0; at < 50; at++) await policyDocuments.edit({ collection: 'c', id: `${at}` }, () => 'text');
  }
  const dsn = parseDsn(database.dsn);
  if (dsn.kind !== 'mysql') throw new Error('BUG: not a mysql dsn');
  const pool = await openMysqlPool(dsn);
  await pool.run('ANALYZE TABLE relation_tuples, changes, policy_documents', []);
  const explain = async (text: string, values: readonly MysqlValue[]): Promise<Step[]> =>
    (await pool.run(`EXPLAIN ${text}`, values)).rows.map(toStep);
  return {
    planOf: (statement) => {
      const { text, values } = bindStatement(statement, valuesFor(statement));
      return explain(text, values);
    },
    plansOf: async (work) => {
      const plans: Step[][] = [];
      const executor: MysqlExecutor = {
        maxPacketBytes: pool.maxPacketBytes,
        run: async (text, values) => {
          if (!text.startsWith('INSERT') || text.includes('SELECT')) plans.push(await explain(text, values));
          return pool.run(text, values);
        },
      };
      await work(new MysqlSession({ executor, nid: 1 }));
      return plans;
    },
    [Symbol.asyncDispose]: async () => {
      await pool[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

function valuesFor({ parameters }: Statement): Map<string, SqlValue> {
  const known = new Map<string, SqlValue>([
    ['nid', 1],
    ['limit', 10],
    ['offset', 1],
    ['after', 4],
    ['collection', 'c'],
    ['position', 20],
    ['kind', TUPLE_CHANGES],
    ...Object.entries(STORED).flatMap(([column, value]) => [
      [column, value] as const,
      [`after_${column}`, value] as const,
    ]),
  ]);
  return new Map(parameters.map((name) => [name, known.get(name) ?? '']));
}

/** MySQL has two columns more than MariaDB. */
function toStep(row: readonly unknown[]): Step {
  const text = (index: number) => String(row[index] ?? '');
  return row.length === 10
    ? { table: text(2), type: text(3), key: text(5), extra: text(9) }
    : { table: text(2), type: text(4), key: text(6), extra: text(11) };
}

function stepOf(plan: readonly Step[], table: string, name = table): Step {
  const step = plan.find((one) => one.table === table);
  assert.ok(step !== undefined, `${name}: ${JSON.stringify(plan)}`);
  return step;
}
