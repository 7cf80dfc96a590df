import { InvalidArgumentError } from '../errors.ts';
import { parseTupleLine, TupleLineError } from './parse-tuple-line.ts';
import type { TupleDelta } from './relation-tuple.ts';

/** Where something is in lines: how many stand before it, and in how many bytes. */
interface LinePosition {
  readonly lines: number;
  readonly bytes: number;
}

/** A change with the number of its line, from 1. */
export interface NumberedDelta {
  readonly line: number;
  /** Where the next line begins; one more than there are bytes when nothing ends this one. */
  readonly endByte: number;
  readonly delta: TupleDelta;
}

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The changes of lines of any number, some at a time, as the bytes come: see `parseTupleLine`. They are numbered from `begin` on.
 * @throws {InvalidArgumentError} that names the line, once all lines before it have been handed out
 */
export async function* readTupleLines(
  chunks: AsyncIterable<Uint8Array>,
  { maxLineBytes, begin = { lines: 0, bytes: 0 } }: { maxLineBytes: number; begin?: LinePosition },
): AsyncGenerator<readonly NumberedDelta[]> {
  let { lines: line, bytes: endByte } = begin;
  let rest: Buffer = Buffer.alloc(0);
  const read = function* (texts: Iterable<Buffer>): Generator<readonly NumberedDelta[]> {
    const deltas: NumberedDelta[] = [];
    for (const bytes of texts) {
      line++;
      endByte += bytes.length + 1;
      let delta: TupleDelta | undefined;
      try {
        delta = parseTupleLine(decode(bytes, line));
      } catch (error) {
        yield deltas;
        throw atLine(line, error);
      }
      if (delta !== undefined) deltas.push({ line, endByte, delta });
    }
    yield deltas;
  };
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    yield* read(linesOf(bytes.subarray(0, end)));
    rest = bytes.subarray(end);
    if (rest.length > maxLineBytes) {
      throw new InvalidArgumentError({ message: `line ${line + 1}: longer than ${maxLineBytes} bytes` });
    }
  }
  if (rest.length > 0) yield* read([rest]);
}

/** Of bytes that end with a line feed. */
function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, start);
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer, line: number): string {
  let text: string;
  try {
    text = STRICT.decode(bytes);
  } catch {
    throw new TupleLineError('not UTF-8');
  }
  return line === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
}

function atLine(line: number, error: unknown): unknown {
  if (!(error instanceof TupleLineError)) return error;
  return new InvalidArgumentError({ message: `line ${line}: ${error.message}`, cause: error });
}
