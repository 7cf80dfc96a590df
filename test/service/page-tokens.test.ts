import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PageTokens } from '../../src/service/page-tokens.ts';
import type { RelationQuery } from '../../src/tuple/relation-tuple.ts';

const after = ['n', 'o', 'r', '', 's', ''];
const query: RelationQuery = { namespace: 'n' };

function pageTokens({ secrets = [] as string[], nowMs = Date.now } = {}): PageTokens {
  return new PageTokens({ secrets: () => secrets, nowMs });
}

describe('page tokens', () => {
  it('read back the position they were sealed with', () => {
    const part = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(part), (position) => {
        assert.deepEqual(pageTokens().open(pageTokens().seal(query, position), query), position);
      }),
    );
  });

  it('fit into a URL whatever the position', () => {
    const token = pageTokens().seal(
      query,
      Array.from({ length: 6 }, () => '\u{10FFFF}'.repeat(71)),
    );
    assert.ok(token.length < 3072, `${token.length} characters`);
  });

  const otherQueries: RelationQuery[] = [
    {},
    { namespace: 'm' },
    { namespace: 'n', object: '' },
    { namespace: 'n', relation: 'n' },
    { namespace: 'n', subject: { kind: 'id', id: '' } },
    { object: 'n' },
  ];
  for (const other of otherQueries) {
    it(`are refused with the query ${JSON.stringify(other)}`, () => {
      const token = pageTokens().seal(query, after);
      assert.throws(() => pageTokens().open(token, other), { message: 'invalid pagination token' });
    });
  }

  it('are refused when any character was changed, added or left out', () => {
    const token = pageTokens().seal(query, after);
    const changed = [`A${token}`, `${token}A`, `${token}x`, token.slice(1), token.slice(0, -1)];
    for (let at = 0; at < token.length; at++) {
      changed.push(token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1));
    }
    for (const bad of changed) {
      assert.throws(() => pageTokens().open(bad, query), { message: 'invalid pagination token' }, bad);
    }
  });

  it('show nothing of what they hold', () => {
    const token = pageTokens({ secrets: ['a secret of sixteen'] }).seal(query, [
      'n',
      'object-of-note',
      'r',
      '',
      's',
      '',
    ]);
    assert.ok(!Buffer.from(token, 'base64url').toString('latin1').includes('object-of-note'));
  });

  it('open with an older secret, and not without it', () => {
    const token = pageTokens({ secrets: ['the older secret of two'] }).seal(query, after);
    assert.deepEqual(
      pageTokens({ secrets: ['the newer secret', 'the older secret of two'] }).open(token, query),
      after,
    );
    assert.throws(() => pageTokens({ secrets: ['the newer secret'] }).open(token, query), {
      message: 'invalid pagination token',
    });
  });

  it('expire after an hour', () => {
    const token = pageTokens({ nowMs: () => 0 }).seal(query, after);
    assert.deepEqual(pageTokens({ nowMs: () => 3_600_000 }).open(token, query), after);
    assert.throws(() => pageTokens({ nowMs: () => 3_600_001 }).open(token, query), {
      message: 'page token expired, do not persist page tokens',
    });
  });
});
