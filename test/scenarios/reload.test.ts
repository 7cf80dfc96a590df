import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeTransport } from '../../src/client/node-transport.ts';
import { SthenoClient } from '../../src/client/stheno-client.ts';
import type { Config } from '../../src/config/config.ts';
import { validateConfig } from '../../src/config/load-config.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { Stheno } from '../../src/registry.ts';

/** Two models in which another one of two people may enter, and one that is broken. */
const MODELS = {
  old: modelOf('this.related.owners.includes(ctx.subject)'),
  new: modelOf('this.related.guests.includes(ctx.subject) || this.related.friends.includes(ctx.subject)'),
};
const BROKEN = MODELS.old.slice(0, MODELS.old.length / 2);

const QUESTIONS = ['Room:r#enter@owner', 'Room:r#enter@guest', 'Room:r#enter@stranger', 'Room:r#stay_out@owner'];
/** Of the questions, under each model. */
const ANSWERS = { old: [true, false, false, false], new: [false, true, false, true] };

const REPLACEMENTS = 8;
const CLIENTS = 2;
/** Longer than a changed file must have been left alone before it is read. */
const SETTLED_MS = 300;
/** Long enough to be seen; much shorter than an empty file must have been left alone before it is believed. */
const EMPTY_MS = 50;

type Answered = keyof typeof ANSWERS;

interface Way {
  readonly name: string;
  /** @returns the model that comes into force by it; undefined when the last good one stays */
  replace(folder: string, server: Stheno, round: number): Promise<Answered | undefined>;
}

const ways: Way[] = [
  {
    name: 'its file is replaced',
    replace: async (folder, _, round) => {
      const next = round % 2 === 0 ? 'new' : 'old';
      await replaceFile(folder, MODELS[next]);
      return next;
    },
  },
  {
    name: 'its file is written over, also with something broken',
    replace: async (folder, _, round) => {
      const next = (['new', undefined, 'old', undefined] as const)[round % 4];
      await writeFile(join(folder, 'model.ts'), next === undefined ? BROKEN : MODELS[next]);
      return next;
    },
  },
  {
    name: 'its file is emptied and written piece by piece',
    replace: async (folder, _, round) => {
      const next = round % 2 === 0 ? 'new' : 'old';
      await writeInPieces(join(folder, 'model.ts'), MODELS[next]);
      return next;
    },
  },
  {
    name: 'its file goes away and comes back',
    replace: async (folder, _, round) => {
      const next = ([undefined, 'new', undefined, 'old'] as const)[round % 4];
      if (next === undefined) await rm(join(folder, 'model.ts'));
      else await replaceFile(folder, MODELS[next]);
      return next;
    },
  },
  {
    name: 'the configuration names another one',
    replace: async (folder, server, round) => {
      const next = round % 2 === 0 ? 'new' : 'old';
      await server.reconfigure(configOf(folder, next === 'new' ? MODELS.new : undefined));
      return next;
    },
  },
];

describe('every answer is that of one of the models while the model changes', { concurrency: true }, () => {
  for (const { name, replace } of ways) {
    it(`because ${name}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'stheno-reload-'));
      await replaceFile(folder, MODELS.old);
      const logger = createLogger({ level: 'panic', format: 'json' });
      const server = await Stheno.start({ config: configOf(folder, undefined), logger, autoMigrate: true });
      const baseUrl = `http://${server.addresses().get('write')}`;
      const client = new SthenoClient({ baseUrl, transport: nodeTransport(), retry: { maxAttempts: 1 } });
      try {
        await client.write([{ insert: 'Room:r#owners@owner' }, { insert: 'Room:r#guests@guest' }]);
        await askWhile(client, async () => {
          for (let round = 0; round < REPLACEMENTS; round++) {
            const next = await replace(folder, server, round);
            if (next === undefined) await sleep(SETTLED_MS);
            else await untilInForce(client, next);
          }
        });
      } finally {
        client.close();
        await server[Symbol.asyncDispose]();
        await rm(folder, { recursive: true });
      }
    });
  }
});

/** Asks from the beginning of `replaceModels` to its end. Nobody asks any more when it returns or throws. */
async function askWhile(client: SthenoClient, replaceModels: () => Promise<void>): Promise<void> {
  let isOver = false;
  const asking = Array.from({ length: CLIENTS }, () => ask(client, () => isOver));
  const replacing = replaceModels().finally(() => {
    isOver = true;
  });
  const all = await Promise.allSettled([replacing, ...asking]);
  for (const { reason } of all.filter((one) => one.status === 'rejected')) throw reason;
  for (const seen of await Promise.all(asking)) assert.ok(seen.old > 0 && seen.new > 0, JSON.stringify(seen));
}

async function untilInForce(client: SthenoClient, model: Answered): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  while ((await client.check('Room:r#enter@guest')) !== (model === 'new')) {
    assert.ok(performance.now() < giveUpAt, `the ${model} model did not come into force`);
    await sleep(10);
  }
  await sleep(10); // for the others to see it as well
}

/** @returns how often the answers were those of which model */
async function ask(client: SthenoClient, isOver: () => boolean): Promise<{ old: number; new: number }> {
  const seen = { old: 0, new: 0 };
  while (!isOver()) {
    const results = await client.checkMany(QUESTIONS);
    assert.deepEqual(
      results.map(({ error }) => error),
      QUESTIONS.map(() => undefined),
    );
    const answers = results.map(({ allowed }) => allowed).join();
    const model = answers === ANSWERS.old.join() ? 'old' : 'new';
    assert.equal(answers, ANSWERS[model].join());
    seen[model]++;
    assert.equal(await client.check('Room:r#enter@stranger'), false);
    assert.deepEqual(await client.listNamespaces(), ['Room', 'User']);
  }
  return seen;
}

function modelOf(rule: string): string {
  return `
    class User implements Namespace {}
    class Room implements Namespace {
      related: { owners: User[]; guests: User[]; friends: User[] }
      permits = {
        enter: (ctx) => ${rule},
        stay_out: (ctx) => !this.permits.enter(ctx),
      }
    }
  `;
}

/** As an editor or a deployment does it: readers see the old file or the new one. */
async function replaceFile(folder: string, text: string): Promise<void> {
  await writeFile(join(folder, 'model.tmp'), text);
  await rename(join(folder, 'model.tmp'), join(folder, 'model.ts'));
}

/** As a slow copy does it: for a while the file is empty, then half of it is there. */
async function writeInPieces(path: string, text: string): Promise<void> {
  await writeFile(path, '');
  await sleep(EMPTY_MS);
  await writeFile(path, text.slice(0, text.length / 2), { flag: 'a' });
  await sleep(SETTLED_MS);
  await writeFile(path, text.slice(text.length / 2), { flag: 'a' });
}

/** With a model in the configuration itself, or else in the folder's file. */
function configOf(folder: string, model: string | undefined): Config {
  const anyPort = { host: '127.0.0.1', port: 0 };
  const location =
    model === undefined ? `file://${folder}/model.ts` : `base64://${Buffer.from(model).toString('base64')}`;
  return validateConfig({
    dsn: 'memory',
    serve: { read: anyPort, write: anyPort, opl: anyPort, metrics: anyPort },
    namespaces: { location },
  });
}
