import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SthenoClient } from '../../src/client/index.ts';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { testDatabases } from '../support/databases.ts';
import { ServerPair } from './support/server-pair.ts';

/** Rounds on each database; 100,000 take minutes. */
const ROUNDS = Number(process.env.STHENO_TEST_ENEMIES ?? 100);
const AT_ONCE = 16;
const CONFIG = { namespaces: [{ name: 'Doc' }, { name: 'Group' }] };

describe('who lost access never sees what is added afterwards', () => {
  let program: BuiltProgram;
  before(async () => {
    program = await buildProgram();
  });
  after(() => program[Symbol.dispose]());

  // What is in memory belongs to one process.
  for (const kind of testDatabases().filter(({ name }) => name !== 'SQLite memory')) {
    it(`on another server of the same database, ${kind.name}`, async () => {
      await using pair = await ServerPair.start({ program, kind, config: CONFIG });
      const [here, elsewhere] = pair.clients;
      let left = ROUNDS;
      const worker = async (_: unknown, index: number): Promise<void> => {
        for (; left > 0; left--) {
          const round = `${index}.${left}`;
          await (left % 2 === 0 ? meetEnemy(here, elsewhere, round) : meetEnemy(elsewhere, here, round));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    });
  }
});

async function meetEnemy(here: SthenoClient, elsewhere: SthenoClient, round: string): Promise<void> {
  const membership = `Group:g${round}#members@bob`;
  const question = `Doc:d${round}#viewers@bob`;
  const content = `Doc:d${round}#viewers@(Group:g${round}#members)`;
  const added = await here.write([{ insert: membership }]);
  assert.equal(await elsewhere.check(membership, { snaptoken: added.snaptoken }), true, 'not a friend yet');
  const { snaptoken } = await here.write([{ delete: membership }]);
  const asked = elsewhere.check(question, { snaptoken });
  const adding = here.write([{ insert: content }]);
  assert.equal(await asked, false, 'before the content is there');
  assert.equal(await elsewhere.check(question, { snaptoken }), false, 'with the token of the revocation');
  await adding;
  const answers = await Promise.all([
    elsewhere.check(question, { snaptoken }),
    elsewhere.check(question),
    elsewhere.check(question, { consistency: 'minimize-latency' }),
    elsewhere.check(membership, { snaptoken }),
  ]);
  assert.deepEqual(answers, [false, false, false, false]);
}
