import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EncodedText } from '../../../src/graph/resident/encoded-text.ts';
import { NONE } from '../../../src/graph/resident/none.ts';
import { TextArena, type TextOwner } from '../../../src/graph/resident/text-arena.ts';
import { TextHash } from '../../../src/graph/resident/text-hash.ts';

/** Keeps the addresses of texts in an array. */
class Owner implements TextOwner {
  readonly addresses: number[] = [];
  moved = 0;

  ownerAt(address: number): number {
    return this.addresses.indexOf(address);
  }

  moveText(owner: number, address: number): void {
    this.moved++;
    this.addresses[owner] = address;
  }
}

const lengths = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1000, max: 20_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(131_067, 131_068, 131_069, 200_000) },
);

describe('the arena of names', () => {
  it('keeps the texts while others come, go and are moved', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ length: lengths, remove: fc.boolean(), pick: fc.nat(), compact: fc.nat(6) }), {
          maxLength: 120,
          size: 'max',
        }),
        (steps) => {
          const arena = new TextArena();
          const owner = new Owner();
          const texts: string[] = [];
          steps.forEach(({ length, remove, pick, compact }, i) => {
            texts.push(`${i}`.padEnd(length, '.'));
            owner.addresses.push(arena.add(encoded(texts[i] as string))); // just pushed
            if (remove) removeAt(arena, owner, pick % texts.length);
            arena.compact(compact, owner);
          });
          let used = 0;
          owner.addresses.forEach((address, i) => {
            if (address === NONE) return;
            assert.equal(arena.textAt(address), texts[i]);
            assert.equal(arena.isAt(address, encoded(texts[i] as string)), true); // one text an address
            assert.equal(arena.isAt(address, encoded('another')), false);
            used += arena.sizeAt(address);
          });
          assert.equal(arena.usedByteSize, used);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stays small while texts are replaced by longer ones again and again', () => {
    const arena = new TextArena();
    const owner = new Owner();
    const count = 300;
    for (let i = 0; i < count; i++) owner.addresses.push(arena.add(encoded(`text-${i}`)));
    for (let round = 1; round <= 60; round++) {
      for (let i = 0; i < count; i++) {
        arena.remove(owner.addresses[i] as number); // one address a text
        owner.addresses[i] = NONE;
        owner.addresses[i] = arena.add(encoded(`text-${i}`.padEnd(round * 10, '.')));
        arena.compact(4, owner);
      }
      assert.ok(arena.byteSize <= 2 * arena.usedByteSize + 2 * 131_072, `round ${round}: ${arena.byteSize} bytes`);
    }
  });

  it('gives all of its space back when every second text is gone, in as many steps as it is told', () => {
    const arena = new TextArena();
    const owner = new Owner();
    for (let i = 0; i < 4000; i++) owner.addresses.push(arena.add(encoded(`text-${i}`.padEnd(600, '.'))));
    const full = arena.byteSize;
    for (let i = 0; i < 4000; i += 2) removeAt(arena, owner, i);
    while (!arena.compact(3, owner)) {
      assert.ok(owner.moved <= 3);
      owner.moved = 0;
    }
    assert.ok(arena.byteSize < 0.6 * full);
    for (let i = 1; i < 4000; i += 2) removeAt(arena, owner, i);
    assert.equal(arena.usedByteSize, 0);
    assert.ok(arena.byteSize <= 131_072);
  });

  it('hashes a stored text as the text', () => {
    const arena = new TextArena();
    const hash = new TextHash(3, 4);
    for (const text of ['', 'ann', '🙂', 'x'.repeat(500)]) {
      const { words, wordCount } = encoded(text);
      assert.equal(arena.hashAt(arena.add(encoded(text)), hash), hash.of(words, 0, wordCount));
    }
  });
});

function encoded(text: string): EncodedText {
  const result = new EncodedText();
  result.encode(text);
  return result;
}

function removeAt(arena: TextArena, owner: Owner, index: number): void {
  const address = owner.addresses[index];
  if (address === undefined || address === NONE) return;
  arena.remove(address);
  owner.addresses[index] = NONE;
}
