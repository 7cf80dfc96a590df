import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parseTuple } from '../../src/tuple/tuple-text.ts';
import { createSqliteMemory, type TestDatabase, testDatabases } from '../support/databases.ts';
import { referenceCheck } from '../support/reference-evaluator.ts';
import { modelOf } from '../support/world.ts';
import { checkManyOverGrpc, checkOverGrpc, expandOverGrpc, listOverGrpc } from './support/grpc-answers.ts';
import { checkManyOverRest, checkOverRest, expandOverRest } from './support/rest-answers.ts';
import { type CheckOutcome, type ExpectedTree, readScenarios, type Scenario } from './support/scenario.ts';
import { ScenarioServer } from './support/scenario-server.ts';

const scenarios = readScenarios();

describe('what a scenario expects', () => {
  for (const scenario of scenarios) {
    it(`is what follows from the definition of a check: ${scenario.name}`, () => {
      const model = modelOf({ opl: scenario.model });
      const tuples = scenario.tuples.map(parseTuple);
      for (const strict of modesOf(scenario)) {
        // The definition knows no limits.
        const definite = Object.entries(scenario.checks).filter(([, expected]) => expected !== 'unknown');
        const answers = definite.map(([question]): [string, CheckOutcome] => {
          const answer = referenceCheck(model, tuples, parseTuple(question), strict);
          return [question, answer === 'member' || (answer === 'not-member' ? false : 'error')];
        });
        assert.deepEqual(Object.fromEntries(answers), Object.fromEntries(definite), modeText(strict));
      }
    });
  }
});

for (const kind of testDatabases()) {
  describe(`a server on ${kind.name}`, () => {
    let database: TestDatabase;
    let server: ScenarioServer;

    before(async () => {
      database = await kind.create();
      server = await ScenarioServer.start(database.dsn);
    });
    after(async () => {
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    for (const scenario of scenarios) {
      it(`answers as expected: ${scenario.name}`, async () => {
        const questions = Object.keys(scenario.checks);
        for (const strict of modesOf(scenario)) {
          await server.play(scenario, strict);
          const answers = await checkManyOverGrpc(server.client, questions);
          assert.deepEqual(asChecks(questions, answers), scenario.checks, modeText(strict));
        }
        await server.play(scenario, scenario.strict ?? false);
        for (const [set, expected] of Object.entries(scenario.expands)) {
          assert.deepEqual(inOrder(await expandOverGrpc(server.client, set)), inOrder(expected), set);
        }
        for (const { query, tuples } of scenario.lists) {
          assert.deepEqual(await listOverGrpc(server.client, query), tuples, JSON.stringify(query));
        }
      });
    }
  });
}

describe('one check at a time', () => {
  let server: ScenarioServer;

  before(async () => {
    server = await ScenarioServer.start((await createSqliteMemory()).dsn);
  });
  after(() => server[Symbol.asyncDispose]());

  for (const scenario of scenarios) {
    it(`is answered alike over gRPC and REST: ${scenario.name}`, async () => {
      const questions = Object.keys(scenario.checks);
      for (const strict of modesOf(scenario)) {
        await server.play(scenario, strict);
        const overGrpc = await Promise.all(questions.map((question) => checkOverGrpc(server.client, question)));
        const overRest = await Promise.all(questions.map((question) => checkOverRest(server.url, question)));
        const inOneBody = await checkManyOverRest(server.url, questions);
        assert.deepEqual(asChecks(questions, overGrpc), scenario.checks, modeText(strict));
        assert.deepEqual(asChecks(questions, overRest), scenario.checks, modeText(strict));
        assert.deepEqual(asChecks(questions, inOneBody), scenario.checks, modeText(strict));
      }
      await server.play(scenario, scenario.strict ?? false);
      for (const [set, expected] of Object.entries(scenario.expands)) {
        assert.deepEqual(inOrder(await expandOverRest(server.url, set)), inOrder(expected), set);
      }
    });
  }
});

function modesOf({ strict }: Scenario): boolean[] {
  return strict === undefined ? [false, true] : [strict];
}

function modeText(strict: boolean): string {
  return strict ? 'in strict mode' : 'outside strict mode';
}

function asChecks(questions: readonly string[], answers: readonly CheckOutcome[]): Record<string, CheckOutcome> {
  return Object.fromEntries(questions.map((question, index) => [question, answers[index] ?? 'error']));
}

/** Children have no order that a client may rely on. */
function inOrder(tree: ExpectedTree): ExpectedTree {
  if (typeof tree === 'string') return tree;
  const nodes = Object.entries(tree).map(([node, children]) => {
    const texts = children.map((child) => JSON.stringify(inOrder(child))).sort();
    return [node, texts.map((text) => JSON.parse(text) as ExpectedTree)] as const;
  });
  return Object.fromEntries(nodes);
}
