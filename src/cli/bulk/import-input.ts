import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CommandFailure } from '../command-failure.ts';
import { systemErrorText } from '../system-error-text.ts';

/** The bytes of an input, decompressed where gzip made them, and how many were read of it. */
export class ImportInput {
  readonly chunks: AsyncIterable<Uint8Array>;
  readBytes = 0;

  /** The file `-` is the standard input. */
  constructor({ file, stdin }: { file: string; stdin: Readable }) {
    const source = file === '-' ? stdin : createReadStream(file);
    this.chunks = decompressed(this.#counted(source, file), file);
  }

  async *#counted(source: Readable, file: string): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of source) {
        const bytes = Buffer.from(chunk);
        this.readBytes += bytes.length;
        yield bytes;
      }
    } catch (error) {
      throw new CommandFailure(`opening file ${file}: ${systemErrorText(error)}\n`);
    }
  }
}

/** What begins as gzip does is decompressed, whatever its name: `gzip -c`, a pipe, `.gz`. */
async function* decompressed(chunks: AsyncGenerator<Buffer>, file: string): AsyncGenerator<Uint8Array> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = withHead(head, chunks);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole;
    return;
  }
  yield* gunzipped(whole, file);
}

async function* gunzipped(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* pipeline(
      Readable.from(chunks, { objectMode: false }),
      createGunzip(),
      () => {},
    ) as AsyncIterable<Uint8Array>; // it yields Buffers
  } catch (error) {
    const isOfZlib = (error as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
    throw isOfZlib ? new CommandFailure(`${file}: it is not what gzip makes, or ends too early\n`) : error;
  }
}

async function* withHead(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}
