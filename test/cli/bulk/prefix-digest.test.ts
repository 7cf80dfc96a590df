import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { PrefixDigest } from '../../../src/cli/bulk/prefix-digest.ts';

const TEXT = 'abcdefghij';
const CUTS: readonly (readonly string[])[] = [[TEXT], ['abc', 'defg', 'hij'], ['', 'a', '', 'bcdefghi', 'j']];

for (const cut of CUTS) {
  describe(`the beginnings of ${JSON.stringify(cut)}`, () => {
    it('are told of what was read', async () => {
      const bytes = new PrefixDigest(from(cut));
      assert.equal(await read(bytes), TEXT);
      for (const length of [0, 2, 2, 7, 10]) assert.deepEqual(bytes.upTo(length), prefix(length));
    });

    it('are skipped when they are the same, and told with what comes behind', async () => {
      for (let length = 0; length <= TEXT.length; length++) {
        const bytes = new PrefixDigest(from(cut));
        assert.equal(await bytes.skip(prefix(length)), true);
        assert.equal(await read(bytes), TEXT.slice(length));
        assert.deepEqual(bytes.upTo(TEXT.length), prefix(TEXT.length));
      }
    });

    it('are none when the end of the last line is missing', async () => {
      const bytes = new PrefixDigest(from(cut));
      await read(bytes);
      assert.equal(bytes.upTo(TEXT.length + 1), undefined);
    });

    it('differ in a byte or in length', async () => {
      assert.equal(await new PrefixDigest(from(cut)).skip({ ...prefix(4), sha256: prefix(5).sha256 }), false);
      assert.equal(await new PrefixDigest(from(cut)).skip({ ...prefix(10), bytes: 11 }), false);
    });
  });
}

function prefix(bytes: number) {
  return { bytes, sha256: createHash('sha256').update(TEXT.slice(0, bytes)).digest('hex') };
}

async function* from(chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function read(bytes: PrefixDigest): Promise<string> {
  let text = '';
  for await (const chunk of bytes.chunks()) text += Buffer.from(chunk).toString();
  return text;
}
