import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Trust } from '../../src/persistence/sql/lease/trust.ts';

const SENT = { monotonicMs: 5_000, wallMs: 1_000_000 };

describe('trust in a lease', () => {
  const cases: readonly (readonly [name: string, monotonicMs: number, wallMs: number, isOn: boolean])[] = [
    ['begins with what was sent', 0, 0, true],
    ['lasts until its time is over', 999, 999, true],
    ['ends with its time', 1000, 1000, false],
    ['ends while the machine sleeps, and its own clock stands still', 10, 1000, false],
    ['ends when only its own clock goes on', 1000, 10, false],
    ['ends when the clock is set back', 10, -1, false],
    ['ends when the clock is set ahead', 10, 3_600_000, false],
  ];
  for (const [name, monotonicMs, wallMs, isOn] of cases) {
    it(name, () => {
      const trust = new Trust({ trustMs: 1000 });
      trust.renewed(SENT);
      const moment = { monotonicMs: SENT.monotonicMs + monotonicMs, wallMs: SENT.wallMs + wallMs };
      assert.equal(trust.isOn(moment), isOn);
    });
  }

  it('is none before the lease was taken', () => {
    assert.equal(new Trust({ trustMs: 1000 }).isOn(SENT), false);
  });
});
