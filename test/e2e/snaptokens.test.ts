import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RequestError, SthenoClient } from '../../src/client/index.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { Snaptokens } from '../../src/service/snaptokens.ts';
import { createSqliteFile, type TestDatabase } from '../support/databases.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

const TUPLE = 'groups:g#members@ann';

describe('a snaptoken', () => {
  let database: TestDatabase;
  let server: ServerInProcess;
  let client: SthenoClient;
  let snaptokens: Snaptokens;
  let token: string;
  before(async () => {
    database = await createSqliteFile();
    const persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    snaptokens = new Snaptokens({ networkId: persister.networkId });
    await persister[Symbol.asyncDispose]();
    server = await startServer({ dsn: database.dsn });
    client = new SthenoClient({
      readUrl: `http://${server.readAddress}`,
      writeUrl: `http://${server.writeAddress}`,
      retry: { maxAttempts: 1 },
    });
    ({ snaptoken: token } = await client.write([{ insert: TUPLE }]));
  });
  after(async () => {
    client.close();
    await server[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const reads = (snaptoken: string, timeoutMs?: number): [name: string, ask: () => Promise<unknown>][] => {
    const options = timeoutMs === undefined ? { snaptoken } : { snaptoken, timeoutMs };
    return [
      ['a check', () => client.checkDetails(TUPLE, options)],
      ['a batch', () => client.checkMany([TUPLE], options)],
      ['an expand', () => client.expand('groups:g#members', options)],
      ['a list', () => client.listTuplePages({ namespace: 'groups' }, options).next()],
    ];
  };

  it('of a write is what its reads answer with', async () => {
    for (const [name, ask] of reads(token)) {
      const answer = JSON.stringify(await ask());
      assert.ok(answer.includes(`"snaptoken":"${token}"`), `${name}: ${answer}`);
    }
  });

  for (const { name, make } of [
    { name: 'without its end', make: () => token.slice(0, -2) },
    { name: 'with something behind it', make: () => `${token}A` },
    { name: 'with a flipped bit', make: () => flipBit(token) },
    { name: 'of another network', make: () => new Snaptokens({ networkId: new Uint8Array(16) }).format(1) },
    { name: 'of other letters', make: () => 'zookie' },
    { name: 'of 1 MB', make: () => token.repeat(50_000) },
  ]) {
    it(`${name} is refused`, async () => {
      for (const [read, ask] of reads(make())) {
        await assert.rejects(ask, isError('invalid_argument', /invalid snaptoken/), read);
      }
    });
  }

  it('of a revision that never comes is refused after a while', async () => {
    const asked = reads(snaptokens.format(1_000_000)).map(([read, ask]) =>
      assert.rejects(ask, isError('failed_precondition', /revision 1000000 is not available/), read),
    );
    await Promise.all(asked);
  });

  it('of a revision that never comes is waited for no longer than the deadline', async () => {
    const asked = reads(snaptokens.format(1_000_000), 300).map(([read, ask]) =>
      assert.rejects(ask, isError('deadline_exceeded', /./), read),
    );
    await Promise.all(asked);
  });

  it('of a revision to come is waited for', async () => {
    const next = snaptokens.format(2);
    const asked = reads(next).map(([, ask]) => ask());
    await client.write([{ insert: 'groups:g#members@bob' }]);
    for (const answer of await Promise.all(asked)) assert.ok(JSON.stringify(answer).includes(next));
  });
});

function flipBit(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(5) ^ 1, 5);
  return bytes.toString('base64url');
}

function isError(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RequestError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(`${error.message} ${error.reason ?? ''}`, message);
    return true;
  };
}
