import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { ExplainService } from '#gen/stheno/v1/explain_service_pb.js';
import { LookupService } from '#gen/stheno/v1/lookup_service_pb.js';
import { ModelService } from '#gen/stheno/v1/model_service_pb.js';
import { TupleService } from '#gen/stheno/v1/tuple_service_pb.js';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { type TestDatabase, testDatabases } from '../support/databases.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

const SUBJECT = { ref: { case: 'id', value: 'ann' } } as const;
const OWNED = { namespace: 'Doc', object: 'x', relation: 'owner', subject: SUBJECT };
/** Versions that are written one behind the other: whoever follows them at leisure would miss some. */
const VERSIONS = 6;

const kinds = testDatabases().filter(({ name }) => name !== 'SQLite memory'); // it has one server
for (const kind of kinds) {
  for (const enabled of [true, false]) {
    describe(`a version of the model, on another server of ${kind.name} ${enabled ? 'with' : 'without'} a graph`, () => {
      let database: TestDatabase;
      let writer: ServerInProcess;
      let reader: ServerInProcess;
      before(async () => {
        database = await kind.create();
        await (await openPersister({ dsn: database.dsn, autoMigrate: true }))[Symbol.asyncDispose]();
        const options = { namespaces: undefined, dsn: database.dsn, graph: { enabled } };
        writer = await startServer(options);
        reader = await startServer(options);
        await write(0);
        await createClient(TupleService, transportOf(writer.writeAddress)).write({
          changes: [{ action: 1, tuple: OWNED }],
        });
      });
      after(async () => {
        await writer[Symbol.asyncDispose]();
        await reader[Symbol.asyncDispose]();
        await database[Symbol.asyncDispose]();
      });

      /** A version in which the owner may do `turn` and nothing else. */
      const write = (turn: number, extra = '') =>
        createClient(ModelService, transportOf(writer.writeAddress)).writeModel({
          files: [{ name: 'model.ts', content: modelOf(turn, extra) }],
        });
      const checks = () => createClient(CheckService, transportOf(reader.readAddress));
      const may = (turn: number) => ({ ...OWNED, relation: `may${turn}` });

      it('is what checks are decided by once it is written', async () => {
        for (let turn = 1; turn <= VERSIONS; turn++) {
          const { snaptoken } = await write(turn);
          const asked = turn % 2 === 0 ? { snaptoken } : { latest: turn % 3 === 0 };
          assert.equal((await checks().check({ tuple: may(turn), ...asked })).allowed, true, `check ${turn}`);
        }
      });

      it('is what batches are decided by', async () => {
        for (let turn = 1; turn <= VERSIONS; turn++) {
          const { snaptoken } = await write(turn, 'class Later implements Namespace {}');
          const tuples = [may(turn), { ...OWNED, namespace: 'Later' }];
          const { results } = await checks().batchCheck({ tuples, snaptoken });
          assert.deepEqual(
            results.map(({ allowed, error }) => [allowed, error]),
            [
              [true, ''],
              [false, ''],
            ],
          );
          await write(turn);
        }
      });

      it('is the one that explanations and lists name, or a newer one', async () => {
        const lookups = createClient(LookupService, transportOf(reader.readAddress));
        const explain = createClient(ExplainService, transportOf(reader.readAddress));
        for (let turn = 1; turn <= VERSIONS; turn++) {
          const { modelId, snaptoken } = await write(turn);
          const consistency = { requirement: { case: 'atLeastAsFresh', value: snaptoken } } as const;
          const question = { namespace: 'Doc', object: 'x', relation: `may${turn}`, subject: SUBJECT, consistency };
          const answers = [
            await lookups.listObjects(question),
            await lookups.listSubjects(question),
            await lookups.listPermissions(question),
            await explain.explain({ tuple: may(turn), consistency }),
          ];
          assert.deepEqual(
            answers.map((answer) => answer.modelId),
            answers.map(() => modelId),
          );
        }
      });

      it('has its namespaces wherever they are named next', async () => {
        for (let turn = 1; turn <= VERSIONS; turn++) {
          const name = `Added${turn}`;
          const { snaptoken } = await write(turn, `class ${name} implements Namespace {}`);
          const tuple = { namespace: name, object: 'o', relation: 'r', subject: SUBJECT };
          if (turn % 2 === 0) {
            assert.equal((await checks().check({ tuple, snaptoken })).allowed, false);
          } else {
            const tuples = createClient(TupleService, transportOf(reader.writeAddress));
            await tuples.write({ changes: [{ action: 1, tuple }] });
            await tuples.write({ changes: [{ action: 2, tuple }] });
          }
        }
      });

      it('is not waited for by those who take what is at hand', async () => {
        const headers = { 'stheno-consistency': 'minimize-latency' };
        await write(1);
        assert.equal((await checks().check({ tuple: OWNED }, { headers })).allowed, true);
      });
    });
  }
}

function modelOf(turn: number, extra: string): string {
  return `class User implements Namespace {}
class Doc implements Namespace {
  related: { owner: User[] }
  permits = { may${turn}: (ctx: Context) => this.related.owner.includes(ctx.subject) }
}
${extra}`;
}

function transportOf(address: string) {
  return createGrpcTransport({ baseUrl: `http://${address}` });
}
