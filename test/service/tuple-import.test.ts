import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidArgumentError, SthenoError } from '../../src/errors.ts';
import type { WriteResult } from '../../src/persistence/tuple-writer.ts';
import { Snaptokens } from '../../src/service/snaptokens.ts';
import { TupleImport } from '../../src/service/tuple-import.ts';
import type { TupleDelta } from '../../src/tuple/relation-tuple.ts';

const snaptokens = new Snaptokens({ networkId: new Uint8Array(16) });

function piece(name: string, length: number): TupleDelta[] {
  return Array.from({ length }, (_, index) => ({
    action: 'insert',
    tuple: { namespace: 'Doc', object: `${name}${index}`, relation: 'view', subject: { kind: 'id', id: 'ann' } },
  }));
}

/** An import whose writes settle when the test says so, after what they come behind. */
function controlled() {
  const events: string[] = [];
  const settle: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const imported = new TupleImport({
    snaptokens,
    readRevision: async () => 7,
    write: async (deltas, { after }): Promise<WriteResult> => {
      const number = settle.length + 1;
      events.push(`made ready ${number}`);
      const told = new Promise<void>((resolve, reject) => settle.push({ resolve, reject }));
      told.catch(() => {});
      if (deltas.length === 0) throw new InvalidArgumentError({ message: `piece ${number} is refused` });
      await after;
      events.push(`begun ${number}`);
      await told;
      events.push(`written ${number}`);
      return { revision: number, changes: deltas };
    },
  });
  return { imported, events, settle };
}

function placeOf(index: number): string {
  return `changes[${index}]`;
}

function messageOf(error: unknown): string {
  assert.ok(error instanceof SthenoError);
  return error.reason ?? error.message;
}

describe('an import', () => {
  it('makes a piece ready while the one before is written, and writes them in order', async () => {
    const { imported, events, settle } = controlled();
    await imported.add(piece('a', 2), placeOf);
    const second = imported.add(piece('b', 3), placeOf);
    settle[0]?.resolve();
    await second;
    settle[1]?.resolve();
    const { inserted, received } = await imported.finish();
    assert.deepEqual([inserted, received], [5n, 5n]);
    assert.deepEqual(events, ['made ready 1', 'begun 1', 'made ready 2', 'written 1', 'begun 2', 'written 2']);
  });

  it('writes nothing behind a piece that failed, and tells of the first failure', async () => {
    const { imported, events, settle } = controlled();
    await imported.add(piece('a', 1), placeOf);
    const second = imported.add([], placeOf); // is refused before the first one fails
    settle[0]?.reject(new SthenoError('unavailable', { message: 'the database is gone' }));
    const error = await second.then(
      () => assert.fail('the second piece was taken'),
      (failure: unknown) => imported.incomplete(failure),
    );
    assert.equal(messageOf(error), 'the database is gone (nothing is imported)');
    assert.ok(!events.includes('begun 2'));
  });

  for (const [length, text] of [
    [1, 'the first change is imported'],
    [12, 'the first 12 changes are imported'],
  ] as const) {
    it(`says that ${text}`, async () => {
      const { imported, settle } = controlled();
      await imported.add(piece('a', length), placeOf);
      settle[0]?.resolve();
      await imported.add([], placeOf);
      const error = await imported.finish().then(
        () => assert.fail('the import was complete'),
        (failure: unknown) => imported.incomplete(failure),
      );
      assert.equal(messageOf(error), `piece 2 is refused (${text})`);
    });
  }

  it('tells of a piece that failed while what follows could not be read', async () => {
    const { imported, settle } = controlled();
    await imported.add(piece('a', 1), placeOf);
    settle[0]?.reject(new SthenoError('unavailable', { message: 'the database is gone' }));
    const error = await imported.incomplete(new InvalidArgumentError({ message: 'line 2: nonsense' }));
    assert.equal(messageOf(error), 'the database is gone (nothing is imported)');
  });
});
