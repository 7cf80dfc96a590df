import assert from 'node:assert/strict';
import type { Change } from '../../src/persistence/change-feed.ts';
import type { DocumentChanges, DocumentKey, PolicyDocuments } from '../../src/persistence/policy-documents.ts';
import { deltas, type PersisterContract } from './contract-context.ts';

const POLICIES = 'exact/policies';
const ROLES = 'exact/roles';

const policy = (id: string): DocumentKey => ({ collection: POLICIES, id });

/** What every database promises of policies and roles. */
export const POLICY_CONTRACT: PersisterContract = {
  'keeps documents by collection and id': async ({ policyDocuments: documents }) => {
    await put(documents, policy('p'), '"policy"');
    await put(documents, { collection: ROLES, id: 'p' }, '"role"');
    assert.equal(await documents.read(policy('p')), '"policy"');
    assert.equal(await documents.read({ collection: ROLES, id: 'p' }), '"role"');
    assert.equal(await documents.read({ collection: 'glob/policies', id: 'p' }), undefined);
  },

  'tells ids apart however alike or long they are': async ({ policyDocuments: documents }) => {
    const long = 'i'.repeat(5_000);
    const ids = ['p', 'P', 'p ', ' p', '', 'p\0', 'p\0q', 'ü', 'u\u0308', '\u{1f600}', long, `${long}j`, '*', "'", '%'];
    for (const id of ids) await put(documents, policy(id), JSON.stringify(id));
    for (const id of ids) assert.equal(await documents.read(policy(id)), JSON.stringify(id));
    assert.deepEqual(
      await list(documents),
      ids.map((id) => JSON.stringify(id)),
    );
    await remove(documents, policy(long));
    assert.equal(await documents.read(policy(long)), undefined);
    assert.equal(await documents.read(policy(`${long}j`)), JSON.stringify(`${long}j`));
  },

  'takes halves of surrogate pairs in ids for U+FFFD': async ({ policyDocuments: documents }) => {
    await put(documents, policy('a\ud800'), '1');
    assert.equal(await documents.read(policy('a\ufffd')), '1');
    assert.equal(await documents.read(policy('a\ud801')), '1');
  },

  'keeps documents of a megabyte': async ({ policyDocuments: documents }) => {
    const text = JSON.stringify('\u20ac'.repeat(350_000));
    await put(documents, policy('p'), text);
    assert.equal(await documents.read(policy('p')), text);
    assert.deepEqual(await textsSince(documents, 0), [text]);
  },

  'lists in the order of insertion, in which a replaced document keeps its place': async (persister) => {
    const { policyDocuments: documents } = persister;
    for (const id of ['c', 'a', 'b']) await put(documents, policy(id), id);
    await persister.writeTuples(deltas('+n:o#r@s'));
    await put(documents, policy('a'), 'A');
    assert.deepEqual(await list(documents), ['c', 'A', 'b']);
    await remove(documents, policy('c'));
    await put(documents, policy('c'), 'C');
    assert.deepEqual(await list(documents), ['A', 'b', 'C']);
  },

  'lists a part of a collection': async ({ policyDocuments: documents }) => {
    for (let at = 0; at < 7; at++) await put(documents, policy(`${at}`), `${at}`);
    const part = (limit: number, offset: number) => documents.list(POLICIES, { limit, offset });
    assert.deepEqual(await part(3, 2), ['2', '3', '4']);
    assert.deepEqual(await part(3, 6), ['6']);
    assert.deepEqual(await part(3, 7), []);
    assert.deepEqual(await part(0, 0), []);
    assert.deepEqual(await part(500, Number.MAX_SAFE_INTEGER), []);
  },

  'makes a revision of every change, in one sequence with tuples': async (persister) => {
    const { policyDocuments: documents } = persister;
    await put(documents, policy('p'), '1');
    assert.equal(await persister.readRevision(), 1);
    await persister.writeTuples(deltas('+n:o#r@s'));
    await put(documents, policy('p'), '2');
    await remove(documents, policy('p'));
    assert.equal(await persister.readRevision(), 4);
  },

  'makes no revision of an edit that changes nothing': async (persister) => {
    const { policyDocuments: documents } = persister;
    await put(documents, policy('p'), '1');
    await put(documents, policy('p'), '1');
    await remove(documents, policy('q'));
    assert.equal(await persister.readRevision(), 1);
  },

  'leaves everything as it was when the edit throws': async (persister) => {
    const { policyDocuments: documents } = persister;
    await put(documents, policy('p'), '1');
    const failure = new Error('no');
    const edited = documents.edit(policy('p'), () => {
      throw failure;
    });
    await assert.rejects(edited, (error) => error === failure);
    assert.equal(await documents.read(policy('p')), '1');
    assert.equal(await persister.readRevision(), 1);
    await put(documents, policy('p'), '2');
    assert.equal(await documents.read(policy('p')), '2');
  },

  'loses none of the edits of one document that come at the same time': async ({ policyDocuments: documents }) => {
    const append = (at: number) => documents.edit(policy('p'), (text = '') => `${text}${at},`);
    await Promise.all(Array.from({ length: 40 }, (_, at) => append(at)));
    const parts = (await documents.read(policy('p')))?.split(',').slice(0, -1).map(Number);
    assert.deepEqual(
      parts?.sort((a, b) => a - b),
      Array.from({ length: 40 }, (_, at) => at),
    );
  },

  'tells what changed since a revision, and nothing of tuples': async (persister) => {
    const { policyDocuments: documents } = persister;
    assert.deepEqual(await documents.readChanges(0), { kind: 'changes', revision: 0, changes: [] });
    await put(documents, policy('p'), '1');
    await persister.writeTuples(deltas('+n:o#r@s'));
    await put(documents, policy('p'), '2');
    await remove(documents, policy('p'));
    await persister.writeTuples(deltas('-n:o#r@s'));
    assert.deepEqual(await documents.readChanges(1), {
      kind: 'changes',
      revision: 4,
      changes: [
        { key: policy('p'), text: '2' },
        { key: policy('p'), text: undefined },
      ],
    });
    assert.deepEqual(await documents.readChanges(4), { kind: 'changes', revision: 4, changes: [] });
  },

  'says that there is a gap when asked for changes after a revision that changed no document': async (persister) => {
    const { policyDocuments: documents } = persister;
    await put(documents, policy('p'), '1');
    await put(documents, policy('p'), '2');
    for (const after of [3, 99]) assert.deepEqual(await documents.readChanges(after), { kind: 'gap' });
  },

  'loads all documents of one state, in order': async ({ policyDocuments: documents }) => {
    for (const id of ['b', 'a']) await put(documents, policy(id), id);
    await put(documents, { collection: ROLES, id: 'r' }, 'r');
    const loaded: unknown[] = [];
    await documents.load((page) => {
      loaded.push(page);
    });
    assert.deepEqual(loaded, [
      {
        revision: 3,
        documents: [
          { collection: POLICIES, text: 'b' },
          { collection: POLICIES, text: 'a' },
          { collection: ROLES, text: 'r' },
        ],
      },
    ]);
  },

  'loads more documents than fit into a page': async (persister) => {
    const { policyDocuments: documents } = persister;
    const count = 1_001;
    for (let at = 0; at < count; at++) await put(documents, policy(`${at}`), `${at}`);
    const texts: string[] = [];
    await documents.load((page) => {
      texts.push(...page.documents.map(({ text }) => text));
    });
    assert.deepEqual(
      texts,
      Array.from({ length: count }, (_, at) => `${at}`),
    );
    assert.deepEqual(
      await documents.readChanges(0),
      { kind: 'gap' },
      'so many changes are not worth reading one by one',
    );
  },

  'gives the change log rows that change no tuple, and tells of them like of others': async (persister) => {
    const told: Change[] = [];
    const stop = persister.onCommitted((change) => told.push(change));
    await persister.writeTuples(deltas('+n:o#r@s'));
    await put(persister.policyDocuments, policy('p'), '1');
    await remove(persister.policyDocuments, policy('p'));
    await remove(persister.policyDocuments, policy('p'));
    stop();
    const { newest, checksum, changes } = await persister.readChanges(0, { limit: 10 });
    assert.deepEqual(
      changes.map((change) => [change.revision, change.deltas.length, change.checksum]),
      [
        [1, 1, checksum],
        [2, 0, checksum],
        [3, 0, checksum],
      ],
    );
    assert.equal(newest, 3);
    assert.deepEqual(told, changes);
  },
};

function put(documents: PolicyDocuments, key: DocumentKey, text: string): Promise<string | undefined> {
  return documents.edit(key, () => text);
}

function remove(documents: PolicyDocuments, key: DocumentKey): Promise<string | undefined> {
  return documents.edit(key, () => undefined);
}

function list(documents: PolicyDocuments): Promise<readonly string[]> {
  return documents.list(POLICIES, { limit: 500, offset: 0 });
}

async function textsSince(documents: PolicyDocuments, after: number): Promise<(string | undefined)[]> {
  const found: DocumentChanges = await documents.readChanges(after);
  return found.kind === 'gap' ? [] : found.changes.map(({ text }) => text);
}
