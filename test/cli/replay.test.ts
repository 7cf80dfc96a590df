import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { tupleToJson } from '../../src/cli/tuple-json.ts';
import { parseTuple } from '../../src/tuple/tuple-text.ts';
import { createPostgres } from '../support/databases.ts';
import { prepareStore } from '../support/replay/prepare-store.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { type CliCase, type CliSuite, replayCliCase } from './support/replay-cli.ts';

const FOLDER = new URL('../conformance/cli/', import.meta.url);

const suites = readdirSync(FOLDER).map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as CliSuite);

for (const { suite, setup, cases } of suites.filter((one) => one.setup.server === false)) {
  describe(suite, () => {
    for (const one of cases) {
      test(`${one.rule}: ${one.name}`, () => (setup.postgres ? replayOnPostgres(one) : replayCliCase(one, new Map())));
    }
  });
}

for (const { suite, setup, cases } of suites.filter((one) => one.setup.server !== false)) {
  describe(suite, () => {
    let server: ReplayServer;
    before(async () => {
      server = await ReplayServer.start(setup);
    });
    after(() => server[Symbol.asyncDispose]());

    for (const one of cases) {
      test(`${one.rule}: ${one.name}`, async () => {
        await prepareStore(server, (one.tuples ?? []).map(storedTuple));
        await replayCliCase(one, new Map([...server.placeholders(), ['read_port', server.port('read')]]));
      });
    }
  });
}

async function replayOnPostgres(one: CliCase): Promise<void> {
  await using database = await createPostgres();
  await replayCliCase(one, new Map([['postgres', database.dsn]]));
}

function storedTuple(tuple: string | object): object {
  return typeof tuple === 'string' ? tupleToJson(parseTuple(tuple)) : tuple;
}
