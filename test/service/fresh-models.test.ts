import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NamespaceNotFoundError, SthenoError } from '../../src/errors.ts';
import { Model } from '../../src/namespace/model.ts';
import type { ChangeKind } from '../../src/persistence/change-feed.ts';
import { FreshModels } from '../../src/service/fresh-models.ts';
import type { Call } from '../../src/service/rpc-service.ts';

const CALL: Call = {
  abortReason: undefined,
  signal: new AbortController().signal,
  header: () => undefined,
  setHeader: () => {},
};
const LATEST = { minRevision: undefined, mayBeStale: false };
const AT_HAND = { minRevision: undefined, mayBeStale: true };

describe('the model of an answer', () => {
  it('is looked for once, as long as the log is told without gaps', async () => {
    const world = new World();
    assert.deepEqual(await world.answer(LATEST), 'version 0 at 0');
    world.commit('tuples', 'policies', 'tuples');
    assert.deepEqual(await world.answer(LATEST), 'version 0 at 3');
    assert.equal(world.looks, 1, 'nothing is known of the first model');
    world.commit('tuples', 'policies');
    assert.deepEqual(await world.answer(LATEST), 'version 0 at 5');
    assert.deepEqual(await world.answer({ minRevision: 4, mayBeStale: true }), 'version 0 at 5');
    assert.equal(world.looks, 1);
  });

  it('is looked for behind a gap, and not again at the same revision', async () => {
    const world = new World();
    world.commitUntold('tuples', 'model');
    for (let i = 0; i < 3; i++) assert.equal(await world.answer(LATEST), 'version 1 at 2');
    assert.equal(world.looks, 1);
    world.commit('tuples');
    assert.equal(await world.answer(LATEST), 'version 1 at 3');
    assert.equal(world.looks, 1, 'what comes behind is told again');
  });

  it('is the new one as soon as the answer’s revision has it', async () => {
    const world = new World();
    assert.equal(await world.answer(LATEST), 'version 0 at 0');
    world.commit('tuples', 'model', 'tuples');
    assert.equal(await world.answer(LATEST), 'version 1 at 3');
    assert.equal(world.looks, 1);
  });

  it('is looked for by one look for all who wait', async () => {
    const world = new World();
    world.commitUntold('model');
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.answer(LATEST)));
    assert.deepEqual(new Set(answers), new Set(['version 1 at 1']));
    assert.equal(world.looks, 1);
  });

  it('is brought into force when the log tells of it, without a request', async () => {
    const world = new World();
    world.commit('model');
    world.models.read([{ kind: 'model', revision: 1 }]);
    await world.models.newest(CALL);
    assert.equal(world.models.current().id, '1');
  });

  it('may be an older one where a token does not ask for more, or nothing does', async () => {
    const world = new World();
    world.commitUntold('tuples', 'model');
    assert.equal(await world.answer(AT_HAND), 'version 0 at 2');
    assert.equal(world.looks, 0);
    assert.equal(await world.answer({ minRevision: 2, mayBeStale: true }), 'version 1 at 2');
  });

  it('is looked for before a namespace is refused', async () => {
    const world = new World();
    const unknown = new NamespaceNotFoundError('Doc');
    const ask = async ({ id }: Model) => {
      if (id === '0') throw unknown;
      return { revision: 1, id };
    };
    await assert.rejects(world.models.answer(ask, LATEST, CALL), unknown);
    world.commitUntold('model');
    await assert.rejects(world.models.answer(ask, AT_HAND, CALL), unknown);
    assert.deepEqual(await world.models.answer(ask, LATEST, CALL), { revision: 1, id: '1' });
  });

  it('is not known where the database cannot be asked', async () => {
    const world = new World();
    world.commitUntold('tuples');
    world.isDown = true;
    const isUnavailable = (error: unknown) => error instanceof SthenoError && error.code === 'unavailable';
    await assert.rejects(world.answer(LATEST), isUnavailable);
    assert.equal(await world.answer(AT_HAND), 'version 0 at 1');
  });

  it('is never looked for when it is in the configuration', async () => {
    const world = new World({ isStored: false });
    world.commitUntold('tuples', 'model');
    assert.equal(await world.answer(LATEST), 'version 0 at 2');
    await world.models.newest(CALL);
    assert.equal(world.looks, 0);
  });
});

/** A change log, and versions of a model which are read when somebody looks. */
class World {
  readonly models: FreshModels;
  looks = 0;
  isDown = false;
  #revision = 0;
  #written = 0;
  #inForce = modelOf(0);

  constructor({ isStored = true }: { isStored?: boolean } = {}) {
    this.models = new FreshModels({
      namespaces: {
        current: () => this.#inForce,
        reload: async () => {
          this.looks++;
          if (this.#inForce.id !== String(this.#written)) this.#inForce = modelOf(this.#written);
          return !this.isDown;
        },
      },
      isStored: () => isStored,
      readRevision: async () => this.#revision,
    });
  }

  commit(...kinds: readonly ChangeKind[]): void {
    for (const kind of kinds) {
      this.commitUntold(kind);
      this.models.told({ kind, revision: this.#revision });
    }
  }

  commitUntold(...kinds: readonly ChangeKind[]): void {
    for (const kind of kinds) {
      this.#revision++;
      if (kind === 'model') this.#written++;
    }
  }

  async answer(freshness: { minRevision: number | undefined; mayBeStale: boolean }): Promise<string> {
    const ask = async ({ id }: Model) => ({ revision: this.#revision, id });
    const { id, revision } = await this.models.answer(ask, freshness, CALL);
    return `version ${id} at ${revision}`;
  }
}

function modelOf(version: number): Model {
  return new Model('opl', [], { id: String(version), files: [] });
}
