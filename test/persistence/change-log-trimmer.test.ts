import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChangeLogTrimmer } from '../../src/persistence/change-log-trimmer.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { deltas } from '../contract/contract-context.ts';
import { eventually } from '../support/eventually.ts';

describe('the trimmer of the change log', () => {
  it('takes out what is old and keeps what is not, while writes go on', async () => {
    await using persister = await openPersister({ dsn: 'memory' });
    for (let i = 0; i < 1200; i++) await persister.writeTuples(deltas(`+n:o#r@${i}`));
    await using old = new ChangeLogTrimmer({ feed: persister, retentionMs: 1 });
    await using recent = new ChangeLogTrimmer({ feed: persister, retentionMs: 3_600_000 });
    assert.ok(old !== recent);
    await eventually(async () => (await persister.readChanges(0, { limit: 1 })).floor >= 1200);
    const { revision } = await persister.writeTuples(deltas('+n:o#r@new'));
    assert.equal((await persister.readChanges(revision - 1, { limit: 1 })).changes.length, 1);
  });

  it('tells of a round that failed, and tries again', async () => {
    const persister = await openPersister({ dsn: 'memory' });
    await persister[Symbol.asyncDispose]();
    const errors: unknown[] = [];
    await using trimmer = new ChangeLogTrimmer({
      feed: persister,
      retentionMs: 1,
      onError: (error) => errors.push(error),
    });
    await eventually(async () => errors.length >= 2);
    assert.ok(trimmer);
  });
});
