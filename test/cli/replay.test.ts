import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { createPostgres } from '../support/databases.ts';
import { prepareStore } from '../support/replay/prepare-store.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { type CliCase, type CliSuite, replayCliCase } from '../support/replay-cli.ts';

const FOLDER = new URL('../conformance/cli/', import.meta.url);

/** Cases that need no server do not disturb each other. */
const PARALLEL_CASES = 4;

const suites = readdirSync(FOLDER).map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as CliSuite);

describe('recorded calls of the command line', { concurrency: 2 }, () => {
  let program: BuiltProgram;
  before(async () => {
    program = await buildProgram();
  });
  after(() => program[Symbol.dispose]());

  for (const { suite, setup, cases } of suites) {
    if (setup.server === false) {
      describe(suite, { concurrency: PARALLEL_CASES }, () => {
        for (const one of cases) {
          test(`${one.rule}: ${one.name}`, () =>
            setup.postgres ? replayOnPostgres(program, one) : replayCliCase(program.mainFile, one, new Map()));
        }
      });
    } else {
      // One store: its cases go one after the other.
      describe(suite, { concurrency: 1 }, () => {
        let server: ReplayServer;
        before(async () => {
          server = await ReplayServer.start(setup);
        });
        after(() => server[Symbol.asyncDispose]());

        for (const one of cases) {
          test(`${one.rule}: ${one.name}`, async () => {
            await prepareStore(server, one.tuples ?? []);
            const values = new Map([...server.placeholders(), ['read_port', server.port('read')]]);
            await replayCliCase(program.mainFile, one, values);
          });
        }
      });
    }
  }
});

async function replayOnPostgres(program: BuiltProgram, one: CliCase): Promise<void> {
  await using database = await createPostgres();
  await replayCliCase(program.mainFile, one, new Map([['postgres', database.dsn]]));
}
