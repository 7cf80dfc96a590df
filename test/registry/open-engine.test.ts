import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { GraphConfig } from '../../src/config/config.ts';
import type { CheckResult, EvaluationOptions } from '../../src/engine/permission-engine.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import { type OpenedEngine, openEngine } from '../../src/registry/open-engine.ts';
import { TemporaryFolder } from '../config/temporary-folder.ts';
import { buildProgram } from '../support/built-program.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';
import { modelOf } from '../support/world.ts';

const program = await buildProgram();
after(() => program[Symbol.dispose]());

const OPTIONS: EvaluationOptions = {
  model: modelOf({
    opl: `
      class User implements Namespace {}
      class Group implements Namespace { related: { members: User[] } }
      class Doc implements Namespace { related: { viewers: SubjectSet<Group, "members">[] } }`,
  }),
  strict: false,
  maxDepth: 25,
};
const ON: GraphConfig = { enabled: true, self_check_rate: 0, lease: false };

describe('the engine of a server', () => {
  for (const config of [
    { ...ON, enabled: false },
    { ...ON, max_memory: 0 },
  ]) {
    it(`has no graph with ${JSON.stringify(config)}`, async () => {
      await using server = await Opened.start('memory', config);
      await server.write('Group:g#members@ann');
      assert.equal((await server.check('Group:g#members@ann')).source, 'database');
      assert.doesNotMatch(await server.metrics.render(), /stheno_graph_/);
    });
  }

  it('answers from the graph, and tells how it is', async () => {
    await using server = await Opened.start('memory', ON);
    await server.write('Group:g#members@ann', 'Doc:d#viewers@(Group:g#members)');
    await server.until(async () => (await server.check('Doc:d#viewers@ann')).source === 'graph');
    assert.equal(await server.gauge('stheno_graph_following'), 1);
    assert.equal(await server.gauge('stheno_graph_tuples'), 2);
    assert.equal(await server.gauge('stheno_graph_revision'), 1);
    assert.equal(await server.gauge('stheno_graph_absent_namespaces'), 0);
    assert.equal(await server.gauge('stheno_graph_rebuilds_total'), 0);
    assert.deepEqual(server.messages, ['the graph in memory is loaded and answers checks']);
  });

  it('leaves the largest namespace to the database when it does not fit', { timeout: 60_000 }, async () => {
    await using server = await Opened.start('memory', { ...ON, max_memory: 400_000 });
    await server.write('Doc:d#viewers@(Group:g#members)', ...MEMBERS);
    await server.until(async () => (await server.gauge('stheno_graph_absent_namespaces')) === 1);
    await server.until(async () => (await server.check('Doc:d#viewers@u5')).source === 'both');
    assert.deepEqual((await server.check('Doc:d#viewers@u8999')).answers, [{ kind: 'member' }]);
    assert.deepEqual((await server.check('Doc:d#viewers@u9000')).answers, [{ kind: 'not-member' }]);
    assert.equal(await server.gauge('stheno_graph_tuples'), 1);
    assert.ok(server.messages.includes('these namespaces do not fit into the graph in memory'));
  });

  it('follows a graph that another thread has loaded', { timeout: 120_000 }, async () => {
    using folder = new TemporaryFolder({});
    const dsn = `sqlite://${folder.file('stheno.sqlite')}`;
    await writeTo(dsn, 'Doc:d#viewers@(Group:g#members)', ...MEMBERS);
    await using server = await Opened.start(dsn, ON);
    await server.until(async () => (await server.check('Doc:d#viewers@u8999')).source === 'graph');
    await server.write('Group:g#members@late');
    for (const [question, kind] of [
      ['Doc:d#viewers@u0', 'member'],
      ['Doc:d#viewers@late', 'member'],
      ['Doc:d#viewers@u9000', 'not-member'],
    ] as const) {
      const { source, answers } = await server.check(question);
      assert.deepEqual([question, source, answers], [question, 'graph', [{ kind }]]);
    }
    assert.equal(await server.gauge('stheno_graph_tuples'), 9002);
    assert.deepEqual(server.messages, ['the graph in memory is loaded and answers checks']);
  });

  it('finds out in another thread that a namespace does not fit', { timeout: 120_000 }, async () => {
    using folder = new TemporaryFolder({});
    const dsn = `sqlite://${folder.file('stheno.sqlite')}`;
    await writeTo(dsn, 'Doc:d#viewers@(Group:g#members)', ...MEMBERS);
    await using server = await Opened.start(dsn, { ...ON, max_memory: 400_000 });
    await server.until(async () => (await server.check('Doc:d#viewers@u5')).source === 'both');
    assert.equal(await server.gauge('stheno_graph_tuples'), 1);
    assert.equal(await server.gauge('stheno_graph_absent_namespaces'), 1);
  });

  it('ends while another thread loads', { timeout: 120_000 }, async () => {
    using folder = new TemporaryFolder({});
    const dsn = `sqlite://${folder.file('stheno.sqlite')}`;
    await writeTo(dsn, ...MEMBERS);
    for (const rounds of range(3)) {
      const server = await Opened.start(dsn, ON);
      for (let turn = 0; turn < rounds * 50; turn++) await setImmediate();
      await server[Symbol.asyncDispose]();
      assert.ok(server.messages.length <= 1);
    }
  });

  it('notices when the database says something else, and believes it', { timeout: 60_000 }, async () => {
    using folder = new TemporaryFolder({});
    const file = folder.file('stheno.sqlite');
    await using server = await Opened.start(`sqlite://${file}`, { ...ON, self_check_rate: 1, lease: false });
    await server.write('Group:g#members@ann');
    await server.until(async () => (await server.check('Group:g#members@ann')).source === 'graph');
    const behindItsBack = new Database(file);
    behindItsBack.exec('DELETE FROM relation_tuples');
    behindItsBack.close();
    await server.until(async () => (await server.check('Group:g#members@ann')).answers[0]?.kind === 'not-member');
    assert.equal(await server.gauge('stheno_graph_self_check_differences_total'), 1);
    await server.until(async () => (await server.gauge('stheno_graph_rebuilds_total')) >= 1);
    assert.ok(server.messages.includes('the graph in memory and the database have different answers'));
  });
});

const MEMBERS: readonly string[] = range(9000).map((i) => `Group:g#members@u${i}`);

async function writeTo(dsn: string, ...tuples: string[]): Promise<void> {
  await using persister = await openPersister({ dsn, autoMigrate: true });
  await persister.writeTuples(tuples.map((text) => ({ action: 'insert', tuple: parseTestTuple(text) })));
}

/** An engine over a database of its own, with what it has logged. */
class Opened implements AsyncDisposable {
  readonly metrics: Metrics = new Metrics();
  readonly messages: string[] = [];
  readonly #persister: OpenedPersister;
  readonly #opened: OpenedEngine;

  static async start(dsn: string, config: GraphConfig): Promise<Opened> {
    return new Opened({ dsn, persister: await openPersister({ dsn, autoMigrate: true }), config });
  }

  private constructor({ dsn, persister, config }: { dsn: string; persister: OpenedPersister; config: GraphConfig }) {
    const write = (line: string): unknown => this.messages.push((JSON.parse(line) as { msg: string }).msg);
    const logger = createLogger({ level: 'info', format: 'json' }, { write });
    this.#persister = persister;
    this.#opened = openEngine({
      config,
      dsn,
      persister,
      followed: persister,
      storage: persister,
      logger,
      metrics: this.metrics,
      loadingThread: program.loadingThread,
    });
  }

  check(question: string): Promise<CheckResult> {
    return this.#opened.engine.check([parseTestTuple(question)], OPTIONS);
  }

  async write(...tuples: string[]): Promise<void> {
    await this.#persister.writeTuples(tuples.map((text) => ({ action: 'insert', tuple: parseTestTuple(text) })));
  }

  async gauge(name: string): Promise<number> {
    return Number(new RegExp(`^${name}(?:{})? (.*)$`, 'm').exec(await this.metrics.render())?.[1]);
  }

  /** Resolves when the condition holds; the test's timeout is its end. */
  async until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await sleep(5);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]();
    await this.#persister[Symbol.asyncDispose]();
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
