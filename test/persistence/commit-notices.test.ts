import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommitNotices } from '../../src/persistence/sql/postgres/commit-notices.ts';
import { eventually } from '../support/eventually.ts';

const NETWORK = Uint8Array.of(0xab, 0x01);
/** Longer than any test takes. */
const LONG_MS = 1_000_000_000;

describe('notices of commits', () => {
  it('are sent with a commit after a pause, and together for those that follow', async () => {
    const { notices, sent } = noticesOf(LONG_MS);
    assert.equal(notices.next(), 'ab01:');
    notices.committed(commit(1), 'ab01:');
    assert.equal(notices.next(), '');
    notices.committed(commit(2), '');
    notices.committed(commit(3), '');
    await notices.flush();
    await notices.flush();
    assert.deepEqual(sent, ['ab01:3']);
  });

  it('are sent without being asked for when the pause is over', async () => {
    const { notices, sent } = noticesOf(1);
    notices.committed(commit(7), '');
    await eventually(() => sent.length === 1);
    assert.deepEqual(sent, ['ab01:7']);
  });

  it('are not sent again for what a later commit told', async () => {
    const { notices, sent } = noticesOf(LONG_MS);
    notices.committed(commit(1), '');
    notices.committed(commit(2), 'ab01:');
    await notices.flush();
    assert.deepEqual(sent, []);
  });

  it('are not sent for commits that changed nothing', async () => {
    const { notices, sent } = noticesOf(LONG_MS);
    notices.committed({ ...commit(1), committedAt: undefined }, '');
    await notices.flush();
    assert.deepEqual(sent, []);
  });

  it('may fail to be sent', async () => {
    const send = () => Promise.reject(new Error('no connection'));
    const notices = new CommitNotices({ networkId: NETWORK, send, pauseMs: LONG_MS });
    notices.committed(commit(1), '');
    await notices.flush();
  });
});

function noticesOf(pauseMs: number): { notices: CommitNotices; sent: string[] } {
  const sent: string[] = [];
  const send = async (notice: string) => void sent.push(notice);
  return { notices: new CommitNotices({ networkId: NETWORK, send, pauseMs }), sent };
}

function commit(revision: number) {
  return { revision, changes: [], checksum: undefined, committedAt: new Date(0) };
}
