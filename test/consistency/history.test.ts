import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { testDatabases } from '../support/databases.ts';
import { type History, type Read, violationsOf } from './support/history.ts';
import { recordHistory } from './support/record-history.ts';
import { ServerPair } from './support/server-pair.ts';

const RUNS = Number(process.env.STHENO_TEST_HISTORIES ?? 1);
const CONFIG = { namespaces: [{ name: 'Doc' }, { name: 'Group' }] };

describe('what concurrent clients of two servers see', () => {
  let program: BuiltProgram;
  before(async () => {
    program = await buildProgram();
  });
  after(() => program[Symbol.dispose]());

  // What is in memory belongs to one process.
  for (const kind of testDatabases().filter(({ name }) => name !== 'SQLite memory')) {
    it(`can have happened one after the other, on ${kind.name}`, async () => {
      for (let run = 0; run < RUNS; run++) {
        await using pair = await ServerPair.start({ program, kind, config: CONFIG });
        const history = await recordHistory(pair.clients, { registers: 6, readers: 8 });
        assert.deepEqual(violationsOf(history), []);
        assert.ok(history.reads.length > 100, `${history.reads.length} reads`);
        for (const [name, planted] of plantedIn(history)) {
          assert.notDeepEqual(violationsOf(planted), [], `not found: ${name}`);
        }
      }
    });
  }
});

/** The history with one lie each. */
function plantedIn({ writes, reads }: History): [name: string, history: History][] {
  const last = writes.reduce((newest, write) => (write.revision > newest.revision ? write : newest));
  const seen = reads.find(({ version }) => version > 0) ?? assert.fail('no read saw a version');
  const fresh =
    reads.findLast(({ asked, version }) => asked === 'fresh' && version > 1) ?? assert.fail('none is fresh');
  const instead = (read: Read, lie: Partial<Read>): History => ({
    writes,
    reads: reads.map((one) => (one === read ? { ...one, ...lie } : one)),
  });
  return [
    ['an old version', instead(seen, { version: seen.version - 1 })],
    ['a version that comes later', instead(seen, { version: seen.version + 1 })],
    ['a stale read', instead(fresh, { version: 0, revision: 0 })],
    ['a read below its token', instead(seen, { asked: { minRevision: seen.revision + 1 } })],
    ['a lost write', { writes: writes.map((write) => (write === last ? { ...write, revision: 1 } : write)), reads }],
    ['a read ahead of its write', instead(seen, { endedMs: 0 })],
  ];
}
