import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Change } from '../../src/persistence/change-feed.ts';
import type { Persister } from '../../src/persistence/persister.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { addTupleChecksum, CHECKSUM_LANES, formatChecksum } from '../../src/tuple/tuple-checksum.ts';
import { formatTuple } from '../../src/tuple/tuple-text.ts';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { testDatabases } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { SthenoProcess } from '../support/stheno-process.ts';

/** How often a server is killed; STHENO_TEST_KILLS=100 is the long form. */
const KILLS = Number(process.env.STHENO_TEST_KILLS ?? 2);

const WRITERS = 8;
const TUPLES_PER_STEP = 3;
const MAX_LIFE_MS = 250;
const NAMESPACES = [{ id: 0, name: 'steps' }];

let program: BuiltProgram;
before(async () => {
  program = await buildProgram();
});
after(() => program[Symbol.dispose]());

describe('a server that is killed while it commits', { concurrency: true }, () => {
  for (const kind of testDatabases().filter(({ name }) => name !== 'SQLite memory')) {
    it(`loses no acknowledged write and leaves no half one on ${kind.name}`, async () => {
      await using database = await kind.create();
      // As it is by default: what is acknowledged is on the disk.
      const dsn = database.dsn.replace('?_synchronous=off', '');
      await (await openPersister({ dsn, autoMigrate: true }))[Symbol.asyncDispose]();
      const writers = Array.from({ length: WRITERS }, (_, number) => new StepWriter(number));
      const log = new LogReplay();
      for (let kill = 0; kill < KILLS; kill++) {
        await using server = await SthenoProcess.start({
          mainFile: program.mainFile,
          dsn,
          config: { namespaces: NAMESPACES },
        });
        const writing = writers.map((writer) => writer.writeUntilItFails(server.url('write')));
        // The first may be killed before it has written anything, the last may not, however slow the machine is.
        if (kill === KILLS - 1) await eventually(() => writers.some(({ acknowledged }) => acknowledged > 0));
        await sleep(Math.random() * MAX_LIFE_MS);
        assert.equal(await server.end('SIGKILL'), 'SIGKILL');
        await Promise.all(writing);
        await verify(dsn, writers, log);
      }
    });
  }
});

/** Goes step by step: each write inserts the tuples of its next step and deletes those of the one before. */
class StepWriter {
  readonly #number: number;
  /** The newest step that the server said is stored. */
  acknowledged = 0;

  constructor(number: number) {
    this.#number = number;
  }

  async writeUntilItFails(url: string): Promise<void> {
    for (;;) {
      const next = this.acknowledged + 1;
      const deltas = [
        ...this.tuplesOf(next).map((tuple) => toDelta('insert', tuple)),
        ...this.tuplesOf(next - 1).map((tuple) => toDelta('delete', tuple)),
      ];
      try {
        const answer = await fetch(`${url}/admin/relation-tuples`, { method: 'PATCH', body: JSON.stringify(deltas) });
        assert.equal(answer.status, 204, await answer.text());
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        return; // The server is gone.
      }
      this.acknowledged = next;
    }
  }

  tuplesOf(step: number): RelationTuple[] {
    if (step === 0) return [];
    return Array.from({ length: TUPLES_PER_STEP }, (_, index) => ({
      namespace: 'steps',
      object: `writer-${this.#number}`,
      relation: `step-${step}`,
      subject: { kind: 'id', id: `${index}` },
    }));
  }

  /** Takes what is stored for what is acknowledged: the last write before the kill may be there or not. */
  resume(stored: ReadonlySet<string>): void {
    const own = [...stored].filter((tuple) => tuple.startsWith(`steps:writer-${this.#number}#`));
    const last = [this.acknowledged, this.acknowledged + 1].find((step) => {
      const expected = this.tuplesOf(step).map(formatTuple);
      return expected.length === own.length && expected.every((tuple) => stored.has(tuple));
    });
    assert.ok(last !== undefined, `step ${this.acknowledged} is acknowledged, but stored is ${own.join(', ')}`);
    this.acknowledged = last;
  }
}

function toDelta(action: 'insert' | 'delete', { namespace, object, relation, subject }: RelationTuple): object {
  assert.equal(subject.kind, 'id');
  return { action, relation_tuple: { namespace, object, relation, subject_id: subject.id } };
}

/** The tuples, the change log and its checksums say the same, and it is what the writers were told. */
async function verify(dsn: string, writers: readonly StepWriter[], log: LogReplay): Promise<void> {
  await using persister = await openPersister({ dsn });
  const { tuples } = await persister.listTuples({}, { limit: 1_000 });
  const stored = new Set(tuples.map(formatTuple));
  for (const writer of writers) writer.resume(stored);
  await log.goOn(persister);
  assert.deepEqual(log.stored, stored);
}

/** What the change log says is stored. */
class LogReplay {
  readonly stored = new Set<string>();
  readonly #lanes = new Uint32Array(CHECKSUM_LANES);
  #revision = 0;

  async goOn(persister: Persister): Promise<void> {
    for (;;) {
      const page = await persister.readChanges(this.#revision, { limit: 1_000 });
      for (const change of page.changes) this.#apply(change);
      if (this.#revision < page.newest) continue;
      assert.equal(page.newest, this.#revision);
      assert.equal(page.checksum, formatChecksum(this.#lanes));
      return;
    }
  }

  #apply({ revision, deltas, checksum }: Change): void {
    assert.equal(revision, ++this.#revision, 'without gaps');
    for (const { action, tuple } of deltas) {
      const text = formatTuple(tuple);
      assert.equal(this.stored.has(text), action === 'delete', `${action} of ${text} at ${revision} changes something`);
      addTupleChecksum(this.#lanes, tuple, action === 'insert' ? 1 : -1);
      if (action === 'insert') this.stored.add(text);
      else this.stored.delete(text);
    }
    assert.equal(checksum, formatChecksum(this.#lanes), `checksum of revision ${revision}`);
  }
}
