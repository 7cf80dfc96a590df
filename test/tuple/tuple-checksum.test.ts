import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { addTupleChecksum, CHECKSUM_LANES, formatChecksum, parseChecksum } from '../../src/tuple/tuple-checksum.ts';

const EMPTY = '0'.repeat(32);

describe('the checksum of tuples', () => {
  it('is zero for no tuple, also after all were taken out again', () => {
    assert.equal(checksumOf([]), EMPTY);
    const lanes = new Uint32Array(CHECKSUM_LANES);
    const all = Array.from({ length: 1000 }, (_, i) => tuple('n', `o${i}`, 'r', `s${i % 7}`));
    for (const one of all) addTupleChecksum(lanes, one, 1);
    assert.notEqual(formatChecksum(lanes), EMPTY);
    for (const one of all.reverse()) addTupleChecksum(lanes, one, -1);
    assert.equal(formatChecksum(lanes), EMPTY);
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(
        fc.array(TUPLE, { maxLength: 8 }),
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        (all, ranks) => {
          const shuffled = all
            .map((one, index) => [ranks[index] ?? 0, one] as const)
            .sort(([a], [b]) => a - b)
            .map(([, one]) => one);
          assert.equal(checksumOf(shuffled), checksumOf(all));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('tells apart tuples whose parts read the same one after another', () => {
    const alike: RelationTuple[] = [
      tuple('', '', '', ''),
      tuple('\0', '', '', ''),
      tuple('', '\0', '', ''),
      tuple('', '', '', '\0'),
      tuple('', '', '', '\0\0'),
      tuple('', '', '', '\0\0\0'),
      tuple('ab', 'c', 'r', 'u'),
      tuple('a', 'bc', 'r', 'u'),
      tuple('a', 'b', 'cr', 'u'),
      tuple('a', 'b', 'c', 'ru'),
      tuple('a', 'b', 'c', { namespace: 'r', object: 'u', relation: '' }),
      tuple('a', 'b', 'c', { namespace: '', object: 'r', relation: 'u' }),
      tuple('a', 'b', 'c', { namespace: 'r', object: '', relation: 'u' }),
      tuple('a', 'b', 'c', { namespace: 'ru', object: '', relation: '' }),
      tuple('', '', '', { namespace: '', object: '', relation: '' }),
      tuple('ü', '', '', ''),
      tuple('u\u0308', '', '', ''),
    ];
    assert.equal(new Set(alike.map((one) => checksumOf([one]))).size, alike.length);
  });

  it('changes about half of the bits of every lane with any change of a tuple', () => {
    const base = ['Document', 'doc-0123456789', 'viewers', 'user-0123456789'];
    for (let lane = 0; lane < CHECKSUM_LANES; lane++) {
      for (const [part, text] of base.entries()) {
        const changed = Array.from(text, (character, at) => {
          const other = `${text.slice(0, at)}${String.fromCharCode(character.charCodeAt(0) ^ 1)}${text.slice(at + 1)}`;
          return flippedBits(lanesOf(base)[lane], lanesOf(base.with(part, other))[lane]);
        });
        const mean = changed.reduce((sum, bits) => sum + bits, 0) / changed.length;
        assert.ok(mean > 11 && mean < 21, `lane ${lane}, part ${part}: ${mean} of 32 bits`);
      }
    }
  });

  it('has no two equal lanes among many similar tuples more often than chance', () => {
    const count = 20_000;
    for (let lane = 0; lane < CHECKSUM_LANES; lane++) {
      const seen = new Set<number | undefined>();
      for (let i = 0; i < count; i++) seen.add(lanesOf(['doc', `${i}`, 'viewer', `${i % 10}`])[lane]);
      // By chance 20,000 numbers of 32 bits have 0.05 equal pairs.
      assert.ok(seen.size >= count - 3, `lane ${lane}: ${count - seen.size} equal`);
    }
  });

  it('is written as 32 digits and read again', () => {
    const lanes = Uint32Array.of(1, 0xffffffff, 0, 0xdeadbeef);
    assert.equal(formatChecksum(lanes), '00000001ffffffff00000000deadbeef');
    assert.deepEqual(parseChecksum(formatChecksum(lanes)), lanes);
    for (const text of ['', '0', EMPTY.slice(1), `${EMPTY}0`, 'A'.repeat(32), 'g'.repeat(32)]) {
      assert.throws(() => parseChecksum(text), /is not a checksum/);
    }
  });

  it('stays what stored checksums were made with', () => {
    assert.equal(checksumOf([tuple('n', 'o', 'r', 'a')]), '75d7997b04d7a09a0a24a03461ed9b8b');
    assert.equal(
      checksumOf([tuple('n', 'o', 'r', { namespace: 'n', object: 'g', relation: 'm' })]),
      '140c34ce8abe8abe33e7bdb02192653f',
    );
  });
});

const SUBJECT = fc.oneof(
  fc.string().map((id) => ({ kind: 'id', id }) as const),
  fc
    .tuple(fc.string(), fc.string(), fc.string())
    .map(([namespace, object, relation]) => ({ kind: 'set', namespace, object, relation }) as const),
);
const TUPLE = fc
  .tuple(fc.string(), fc.string(), fc.string(), SUBJECT)
  .map(([namespace, object, relation, subject]): RelationTuple => ({ namespace, object, relation, subject }));

function checksumOf(all: readonly RelationTuple[]): string {
  const lanes = new Uint32Array(CHECKSUM_LANES);
  for (const one of all) addTupleChecksum(lanes, one, 1);
  return formatChecksum(lanes);
}

function lanesOf([namespace = '', object = '', relation = '', subject = '']: readonly string[]): Uint32Array {
  return parseChecksum(checksumOf([tuple(namespace, object, relation, subject)]));
}

function tuple(
  namespace: string,
  object: string,
  relation: string,
  subject: string | { namespace: string; object: string; relation: string },
): RelationTuple {
  return {
    namespace,
    object,
    relation,
    subject: typeof subject === 'string' ? { kind: 'id', id: subject } : { kind: 'set', ...subject },
  };
}

function flippedBits(a = 0, b = 0): number {
  let bits = 0;
  for (let rest = (a ^ b) >>> 0; rest !== 0; rest >>>= 1) bits += rest & 1;
  return bits;
}
