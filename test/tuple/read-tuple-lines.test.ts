import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InvalidArgumentError } from '../../src/errors.ts';
import { type NumberedDelta, readTupleLines } from '../../src/tuple/read-tuple-lines.ts';
import { formatTuple } from '../../src/tuple/tuple-text.ts';

const OPTIONS = { maxLineBytes: 1000 };

describe('lines of an import', () => {
  it('are the same however their bytes are cut', async () => {
    const line = fc.constantFrom(
      '',
      '// note',
      'n:o#r@a',
      'n:é#r@🗝',
      '{"namespace":"n","object":"o","relation":"r","subject_id":"é"}',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.boolean(), fc.array(fc.nat({ max: 12 })), async (lines, isEnded, cuts) => {
        const bytes = Buffer.from(lines.join('\n') + (isEnded && lines.length > 0 ? '\n' : ''));
        const whole = await read([bytes]);
        assert.deepEqual(await read(pieces(bytes, cuts)), whole);
        const expected = lines.flatMap((text, index) => (text === '' || text.startsWith('//') ? [] : [index + 1]));
        assert.deepEqual(
          whole.map((numbered) => numbered.line),
          expected,
        );
      }),
    );
  });

  it('may begin with a byte order mark and end without a line feed', async () => {
    const [only, ...others] = await read([Buffer.from('\ufeffn:o#r@a')]);
    assert.equal(formatTuple(only?.delta.tuple ?? assert.fail()), 'n:o#r@a');
    assert.deepEqual(others, []);
  });

  for (const [name, bytes, message, before] of [
    [
      'a bad line',
      Buffer.from('n:o#r@a\n\nbad\nn:o#r@b\n'),
      'line 3: neither JSON nor namespace:object#relation@subject',
      1,
    ],
    ['a bad last line', Buffer.from('n:o#r@a\nbad'), 'line 2: neither JSON nor namespace:object#relation@subject', 1],
    ['bytes that are not UTF-8', Buffer.from([0x6e, 0x0a, 0xff, 0x0a]).subarray(2), 'line 1: not UTF-8', 0],
    ['half a character at the end', Buffer.from('n:o#r@a\nn:o#r@\xc3', 'latin1'), 'line 2: not UTF-8', 1],
    ['a line without an end', Buffer.from(`n:o#r@a\n${'x'.repeat(1001)}`), 'line 2: longer than 1000 bytes', 1],
  ] as const) {
    it(`end at ${name}, behind all that stands before`, async () => {
      const seen: NumberedDelta[] = [];
      await assert.rejects(
        async () => {
          for await (const page of readTupleLines(from([bytes]), OPTIONS)) seen.push(...page);
        },
        (error: unknown) => error instanceof InvalidArgumentError && error.message === message,
      );
      assert.equal(seen.length, before);
    });
  }
});

async function read(chunks: readonly Buffer[]): Promise<NumberedDelta[]> {
  const all: NumberedDelta[] = [];
  for await (const page of readTupleLines(from(chunks), OPTIONS)) all.push(...page);
  return all;
}

async function* from(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

/** Of these lengths, again and again; a length of zero is an empty piece. */
function pieces(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const all: Buffer[] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const length = (lengths[turn % Math.max(lengths.length, 1)] ?? 5) + (turn % 3 === 0 ? 1 : 0);
    all.push(bytes.subarray(start, start + length));
    start += length;
  }
  return all;
}
