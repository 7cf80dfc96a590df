import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';
import { TupleReadService } from '#gen/stheno/v1/tuple_read_service_pb.js';
import {
  WriteRequest_Conflict as Conflict,
  Precondition_Kind as Kind,
  TupleService,
} from '#gen/stheno/v1/tuple_service_pb.js';
import { TupleChange_Action as Action, TupleChangeSchema } from '#gen/stheno/v1/watch_service_pb.js';
import { tupleToProto } from '../../src/service/messages.ts';
import { type TestDatabaseKind, testDatabases } from '../support/databases.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';

const PROTOCOLS: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  gRPC: (baseUrl) => createGrpcTransport({ baseUrl }),
  'gRPC-Web': (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
  'Connect over HTTP/1.1': (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1' }),
  'Connect over HTTP/2': (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2' }),
};
const MODEL = 'class User implements Namespace {}\nclass Doc implements Namespace { related: { owners: User[] } }';

// The contract of persisters is shown on every database.
const KINDS = testDatabases().filter(({ name }) => name === 'SQLite memory' || name === 'PostgreSQL');

for (const kind of KINDS) {
  describe(`tuple services on ${kind.name}`, () => {
    let server: ServerOnDatabase;
    before(async () => {
      server = await ServerOnDatabase.start(kind);
    });
    after(() => server[Symbol.asyncDispose]());

    for (const [protocol, open] of Object.entries(PROTOCOLS)) {
      it(`write, import, count, export and delete over ${protocol}`, async () => {
        const { tuples, reads } = server.clients(open);
        const object = `of-${protocol.replaceAll(/\W/g, '-')}`;
        const query = { namespace: 'Doc', object };
        const written = await tuples.write({
          changes: changes(`+Doc:${object}#owners@a`, `-Doc:${object}#owners@b`, `+Doc:${object}#owners@c`),
          preconditions: [{ kind: Kind.MUST_NOT_EXIST, query }],
        });
        assert.deepEqual(written.effective, [0, 2]);
        const imported = await tuples.import(
          pieces([changes(`+Doc:${object}#owners@c`, `+Doc:${object}#owners@d`), changes(`-Doc:${object}#owners@a`)]),
        );
        assert.deepEqual([imported.inserted, imported.deleted, imported.received], [1n, 1n, 3n]);
        const consistency = { requirement: { case: 'atLeastAsFresh', value: imported.snaptoken } } as const;
        const counted = await reads.count({ query, consistency });
        assert.deepEqual([counted.count, counted.snaptoken], [2n, imported.snaptoken]);
        const subjects: unknown[] = [];
        const sizes: number[] = [];
        for await (const { snaptoken, tuples: exported } of reads.export({ query })) {
          assert.equal(snaptoken, imported.snaptoken);
          sizes.push(exported.length);
          subjects.push(...exported.map(({ subject }) => subject?.ref.value));
        }
        assert.deepEqual(
          [subjects, sizes],
          [
            ['c', 'd'],
            [0, 2],
          ],
        );
        const foreseen = await tuples.delete({ query, limit: 1, dryRun: true });
        assert.deepEqual([foreseen.count, foreseen.more], [1n, true]);
        const deleted = await tuples.delete({ query, limit: 1 });
        assert.deepEqual([deleted.count, deleted.more], [1n, true]);
        const rest = await tuples.delete({ query });
        assert.deepEqual([rest.count, rest.more], [1n, false]);
        assert.notEqual(rest.snaptoken, deleted.snaptoken);
      });

      it(`tell why they fail over ${protocol}`, async () => {
        const { tuples } = server.clients(open);
        const refused = tuples.write({
          changes: changes('+Doc:refused#owners@a'),
          preconditions: [{ kind: Kind.MUST_EXIST, query: { namespace: 'Doc', object: 'none' } }],
        });
        await assert.rejects(refused, fails(Code.FailedPrecondition, 'PRECONDITION_FAILED', { index: '0' }));
        const broken = tuples.import(
          pieces([changes('+Doc:kept#owners@a'), changes('+Doc:x#owners@b', '+None:x#r@c')]),
        );
        await assert.rejects(broken, (error: unknown) => {
          const info = ConnectError.from(error).findDetails(ErrorInfoSchema)[0];
          assert.equal(ConnectError.from(error).code, Code.NotFound);
          assert.match(ConnectError.from(error).rawMessage, /"None".* \(the first change is imported\)$/);
          assert.deepEqual([info?.reason, info?.metadata.received], ['IMPORT_INCOMPLETE', '1']);
          return true;
        });
        await tuples.delete({ query: { namespace: 'Doc', object: 'kept' } });
      });
    }

    it('answer a repeat as the first time, over another connection', async () => {
      const request = {
        changes: changes('+Doc:repeated#owners@a'),
        idempotencyKey: 'clé 🗝',
        onExisting: Conflict.FAIL,
      };
      const [first, second] = Object.values(PROTOCOLS).map((open) => server.clients(open).tuples);
      const answers = await Promise.all([first?.write(request), second?.write(request), first?.write(request)]);
      assert.deepEqual(new Set(answers.map((answer) => answer?.snaptoken)).size, 1);
      assert.deepEqual(
        answers.map((answer) => answer?.effective),
        [[0], [0], [0]],
      );
      const other = first?.write({ ...request, changes: changes('+Doc:repeated#owners@b') });
      await assert.rejects(other ?? assert.fail(), fails(Code.AlreadyExists, 'IDEMPOTENCY_KEY_REUSED', {}));
    });

    it('refuse what makes no sense, and say where', async () => {
      const { tuples, reads } = server.clients(PROTOCOLS.gRPC ?? assert.fail());
      const tuple = tupleToProto(parseTestTuple('Doc:o#owners@a'));
      const query = { namespace: 'Doc' };
      const cases: readonly [call: () => Promise<unknown>, message: RegExp][] = [
        [() => tuples.write({ changes: [{ tuple }] }), /^changes\[0\]\.action must be ACTION_INSERT or ACTION_DELETE/],
        [() => tuples.write({ changes: [{ action: Action.INSERT }] }), /^changes\[0\]\.tuple is missing$/],
        [
          () => tuples.write({ changes: [{ action: Action.INSERT, tuple: { namespace: 'Doc' } }] }),
          /tuple\.subject is missing$/,
        ],
        [() => tuples.write({ preconditions: [{ query }] }), /^preconditions\[0\]\.kind must be/],
        [
          () => tuples.write({ preconditions: [{ kind: Kind.MUST_EXIST }] }),
          /^preconditions\[0\]\.query must name a namespace$/,
        ],
        [
          () => tuples.write({ preconditions: Array(101).fill({ kind: Kind.MUST_EXIST, query }) }),
          /^there are 101 preconditions, more than 100$/,
        ],
        [() => tuples.write({ idempotencyKey: 'é'.repeat(128) }), /^the idempotency key has 256 bytes, more than 255$/],
        [
          () => tuples.write({ onExisting: 7 as Conflict }),
          /^on_existing must be CONFLICT_IGNORE or CONFLICT_FAIL, but is 7$/,
        ],
        [() => tuples.delete({}), /^the query must name a namespace$/],
        [() => tuples.delete({ query, limit: -1 }), /^limit must not be negative, but is -1$/],
        [
          () => tuples.import(pieces([Array(10_001).fill(changes('+Doc:o#owners@a')[0])])),
          /^a message has 10001 changes, more than 10000/,
        ],
        [
          () => reads.count({ consistency: { requirement: { case: 'atLeastAsFresh', value: 'foreign' } } }),
          /^invalid snaptoken/,
        ],
      ];
      for (const [call, message] of cases) {
        await assert.rejects(call(), (error: unknown) => {
          const { code, rawMessage } = ConnectError.from(error);
          assert.match(rawMessage, message);
          return code === Code.InvalidArgument;
        });
      }
      await assert.rejects(reads.count({ query: { namespace: 'None' } }), fails(Code.NotFound));
      await assert.rejects(tuples.delete({ query: { namespace: 'None' } }), fails(Code.NotFound));
    });

    it('keep what an import wrote before its client went away', async () => {
      const { tuples, reads } = server.clients(PROTOCOLS.gRPC ?? assert.fail());
      const gone = new AbortController();
      const query = { namespace: 'Doc', object: 'abandoned' };
      const messages = async function* () {
        yield { changes: changes('+Doc:abandoned#owners@a') };
        for (;;) {
          const { count } = await reads.count({ query });
          if (count > 0n) break;
        }
        gone.abort();
      };
      await assert.rejects(tuples.import(messages(), { signal: gone.signal }), fails(Code.Canceled));
      assert.equal((await reads.count({ query })).count, 1n);
    });
  });
}

/** A server in this process on a database of its own. */
class ServerOnDatabase implements AsyncDisposable {
  readonly #database: AsyncDisposable;
  readonly #server: ReplayServer;

  static async start(kind: TestDatabaseKind): Promise<ServerOnDatabase> {
    const database = await kind.create();
    const server = await ReplayServer.start({ files: { 'model.ts': MODEL }, config: { dsn: database.dsn } });
    return new ServerOnDatabase(database, server);
  }

  private constructor(database: AsyncDisposable, server: ReplayServer) {
    this.#database = database;
    this.#server = server;
  }

  clients(open: (baseUrl: string) => Transport) {
    return {
      tuples: createClient(TupleService, open(`http://127.0.0.1:${this.#server.port('write')}`)),
      reads: createClient(TupleReadService, open(`http://127.0.0.1:${this.#server.port('read')}`)),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
  }
}

type Change = MessageInitShape<typeof TupleChangeSchema>;

function changes(...texts: string[]): Change[] {
  return texts.map((text) => {
    const action = text.startsWith('+') ? Action.INSERT : Action.DELETE;
    return create(TupleChangeSchema, { action, tuple: tupleToProto(parseTestTuple(text.slice(1))) });
  });
}

async function* pieces(all: readonly Change[][]) {
  for (const piece of all) yield { changes: piece };
}

function fails(code: Code, reason?: string, metadata?: Readonly<Record<string, string>>): (error: unknown) => boolean {
  return (error) => {
    const failure = ConnectError.from(error);
    assert.equal(failure.code, code, failure.message);
    if (reason === undefined) return true;
    const [info] = failure.findDetails(ErrorInfoSchema);
    assert.deepEqual([info?.reason, info?.domain, info?.metadata], [reason, 'stheno', metadata]);
    return true;
  };
}
