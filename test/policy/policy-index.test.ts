import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAllowed } from '../../src/policy/decide.ts';
import type { Flavor } from '../../src/policy/flavor.ts';
import { PolicyIndex } from '../../src/policy/policy-index.ts';

const POLICIES = 3_000;

/** How a pattern says "anything that begins so". */
const ANY: Readonly<Record<Flavor, string>> = { exact: '', glob: '*', regex: '<.*>' };

describe('the candidates of a request', () => {
  for (const flavor of ['exact', 'glob', 'regex'] as const) {
    it(`are the policies that its most selective part leaves (${flavor})`, () => {
      const any = ANY[flavor];
      const index = new PolicyIndex({ flavor });
      for (let at = 0; at < POLICIES; at++) {
        put(index, `by resource ${at}`, {
          subjects: [`staff:${any}`],
          resources: [`docs:${at}:${any}`],
          actions: ['read'],
        });
        put(index, `by subject ${at}`, { subjects: [`user:${at}`], resources: [`all:${any}`], actions: ['read'] });
        put(index, `by action ${at}`, { subjects: [`bot:${any}`], resources: [`job:${any}`], actions: [`run:${at}`] });
      }
      const end = flavor === 'exact' ? '' : 'x';
      const questions = [
        { subject: `staff:${end}`, resource: `docs:17:${end}`, action: 'read', found: 'by resource 17' },
        { subject: 'user:17', resource: `all:${end}`, action: 'read', found: 'by subject 17' },
        { subject: `bot:${end}`, resource: `job:${end}`, action: 'run:17', found: 'by action 17' },
      ];
      for (const { found, ...question } of questions) {
        const request = { ...question, context: undefined };
        assert.deepEqual(
          Array.from(index.candidates(request), ({ id }) => id),
          [found],
        );
        assert.equal(isAllowed(index, request), true);
      }
    });
  }

  it('are found under the ids of roles too', () => {
    const index = new PolicyIndex({ flavor: 'glob' });
    for (let at = 0; at < 1_000; at++)
      put(index, `${at}`, { subjects: [`team:${at}*`], resources: ['*'], actions: ['*'] });
    index.upsertRole({ id: 'team:500', description: '', members: ['ann'] });
    const request = { subject: 'ann', resource: 'r', action: 'a', context: undefined };
    assert.deepEqual(Array.from(index.candidates(request), ({ id }) => id).sort(), ['5', '50', '500']);
    index.deleteRole('team:500');
    assert.deepEqual([...index.candidates(request)], []);
  });

  it('always include policies with an invalid pattern, until they are gone', () => {
    const index = new PolicyIndex({ flavor: 'glob' });
    put(index, 'flawed', { subjects: ['nobody'], resources: ['[x'], actions: ['nothing'] });
    const request = { subject: 'ann', resource: 'r', action: 'a', context: undefined };
    assert.equal([...index.candidates(request)].length, 1);
    put(index, 'flawed', { subjects: ['nobody'], resources: ['x'], actions: ['nothing'] });
    assert.equal([...index.candidates(request)].length, 0);
  });

  it('are found by prefixes longer than the index tells apart', () => {
    const long = 'x'.repeat(100);
    const index = new PolicyIndex({ flavor: 'glob' });
    put(index, 'a', { subjects: ['s'], resources: [`${long}a*`], actions: ['a'] });
    put(index, 'b', { subjects: ['s'], resources: [`${long}b*`], actions: ['a'] });
    const request = { subject: 's', resource: `${long}b`, action: 'a', context: undefined };
    assert.equal(isAllowed(index, request), true);
    index.deletePolicy('b');
    assert.equal(isAllowed(index, request), false);
  });

  it('match a subject among ten thousand', () => {
    const index = new PolicyIndex({ flavor: 'exact' });
    const subjects = Array.from({ length: 10_000 }, (_, at) => `user:${at}`);
    put(index, 'p', { subjects, resources: ['r'], actions: ['a'] });
    for (const [subject, expected] of [
      ['user:9999', true],
      ['user:10000', false],
    ] as const) {
      assert.equal(isAllowed(index, { subject, resource: 'r', action: 'a', context: undefined }), expected);
    }
  });
});

function put(
  index: PolicyIndex,
  id: string,
  lists: { subjects: readonly string[]; resources: readonly string[]; actions: readonly string[] },
): void {
  index.upsertPolicy({ id, description: '', effect: 'allow', conditions: undefined, ...lists });
}
