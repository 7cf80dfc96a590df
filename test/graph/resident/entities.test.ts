import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EncodedText } from '../../../src/graph/resident/encoded-text.ts';
import { Entities, MAX_NAMESPACES } from '../../../src/graph/resident/entities.ts';
import { NONE } from '../../../src/graph/resident/none.ts';
import { TextHash } from '../../../src/graph/resident/text-hash.ts';

describe('entities', () => {
  it('know each bit of their hash, kept or not', () => {
    const hash = new TextHash(5, 6);
    const entities = new Entities(hash);
    for (const name of ['', 'ann', 'doc-1', '🙂'.repeat(100)]) {
      const entity = entities.intern(MAX_NAMESPACES - 1, name);
      const text = new EncodedText();
      text.encode(name);
      const bits = hash.of(text.words, 0, text.wordCount);
      for (let i = 0; i < 32; i++) {
        assert.equal(entities.hashHas(entity, 2 ** i), (bits & (2 ** i)) !== 0, `bit ${i} of '${name}'`);
      }
    }
  });

  it('keep namespaces apart, the highest number included', () => {
    const entities = new Entities(new TextHash(5, 6));
    const namespaces = [0, 1, 2, MAX_NAMESPACES - 1];
    const numbers = namespaces.map((namespace) => entities.intern(namespace, 'same'));
    assert.equal(new Set(numbers).size, namespaces.length);
    assert.deepEqual(
      numbers.map((entity) => entities.namespaceOf(entity)),
      namespaces,
    );
    assert.deepEqual(
      namespaces.map((namespace) => entities.find(namespace, 'same')),
      numbers,
    );
    assert.equal(entities.find(3, 'same'), NONE);
  });
});
