import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  createMariaDb,
  createPostgres,
  createSqliteMemory,
  missesMariaDb,
  type TestDatabase,
} from '../support/databases.ts';
import { comparePolicyAnswers } from '../support/replay/compare-policy-answers.ts';
import { runHttpStep } from '../support/replay/http-step.ts';
import { fillIn } from '../support/replay/placeholders.ts';
import { preparePolicies } from '../support/replay/policy-store.ts';
import { type PolicyCase, readPolicySuites } from '../support/replay/policy-suite.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import type { HttpStep } from '../support/replay/suite.ts';

/** What the patterns and conditions of a policy mean has nothing to do with where it is stored. */
const ABOUT_STORAGE = ['acp/allowed', 'acp/crud', 'acp/decisions', 'acp/http', 'acp/lists', 'acp/members'];

const everything = readPolicySuites();
const aboutStorage = everything.filter(({ suite }) => ABOUT_STORAGE.includes(suite));
const RUNS = [
  { name: 'memory', createDatabase: createSqliteMemory, suites: everything },
  { name: 'PostgreSQL', createDatabase: createPostgres, suites: aboutStorage },
  ...(missesMariaDb() === undefined ? [{ name: 'MariaDB', createDatabase: createMariaDb, suites: aboutStorage }] : []),
];

for (const { name, createDatabase, suites } of RUNS) {
  describe(`recorded exchanges with the policies API, on ${name}`, () => {
    let database: TestDatabase;
    let server: ReplayServer;
    before(async () => {
      database = await createDatabase();
      server = await ReplayServer.start({
        config: { dsn: database.dsn, serve: { read: { policy_writes: true } } },
        namespaces: [],
      });
    });
    after(async () => {
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    for (const { suite, cases } of suites) {
      describe(suite, () => {
        for (const recorded of cases) {
          if (recorded.steps.some(({ kind }) => kind === 'cli')) continue;
          it(recorded.name, () => replayCase(recorded, server.port('read'), server.placeholders()));
        }
      });
    }
  });
}

async function replayCase({ store, steps }: PolicyCase, port: number, known: Map<string, unknown>): Promise<void> {
  await preparePolicies(port, store);
  for (const [index, step] of (steps as readonly HttpStep[]).entries()) {
    const actual = await runHttpStep(port, fillIn(step, known));
    const differences = comparePolicyAnswers(step, actual, known);
    assert.deepEqual(differences, [], `step ${index + 1}: ${step.method} ${step.path}`);
  }
}
