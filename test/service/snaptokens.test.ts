import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InvalidArgumentError } from '../../src/errors.ts';
import { Snaptokens } from '../../src/service/snaptokens.ts';

const here = new Uint8Array(16).fill(7);

describe('snaptokens', () => {
  it('reads back every revision it formats', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (revision) => {
        const token = new Snaptokens({ networkId: here }).format(revision);
        assert.equal(new Snaptokens({ networkId: here }).parse(token), revision);
      }),
    );
  });

  it('asks for nothing without a token, and with the text that Keto sends in its place', () => {
    const snaptokens = new Snaptokens({ networkId: here });
    assert.equal(snaptokens.parse(''), undefined);
    assert.equal(snaptokens.parse('not yet implemented'), undefined);
  });

  it('refuses a token of another network', () => {
    const token = new Snaptokens({ networkId: new Uint8Array(16).fill(8) }).format(5);
    assert.throws(() => new Snaptokens({ networkId: here }).parse(token), InvalidArgumentError);
  });

  it('refuses a token in which any bit was flipped', () => {
    const token = new Snaptokens({ networkId: here }).format(1234);
    const bytes = Buffer.from(token, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const parse = () => new Snaptokens({ networkId: here }).parse(flipped.toString('base64url'));
      assert.throws(parse, InvalidArgumentError, `bit ${bit}`);
    }
  });

  for (const bad of ['whatever', 'AQ', '=', '\u0000', 'ü'.repeat(20), 'x'.repeat(1 << 20)]) {
    it(`refuses ${JSON.stringify(bad.slice(0, 20))} of ${bad.length} characters`, () => {
      assert.throws(() => new Snaptokens({ networkId: here }).parse(bad), InvalidArgumentError);
    });
  }
});
