import { SthenoError } from '../../errors.ts';
import type { HttpRequest } from '../http-exchange.ts';
import type { ServerCall } from '../server-call.ts';

/**
 * The whole body of a request. What comes beyond the limit is read and thrown away, so that the
 * client gets to see the answer; the listener's timeout ends a body that does not end.
 * @param call is given up by the caller when the client goes away
 * @throws {SthenoError} `resource_exhausted` when the body has more bytes than allowed, or why the call was given up
 */
export function readBody(request: HttpRequest, call: ServerCall, maxBytes: number): Promise<Buffer> {
  call.throwIfAborted();
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume();
    return Promise.reject(tooLarge(maxBytes));
  }
  return new Promise((resolve, reject) => {
    const body = new GrowingBody(Number(request.headers['content-length'] ?? 0));
    call.onAbort = reject;
    request.on('data', (chunk: Buffer) => {
      if (body.length + chunk.length <= maxBytes) body.add(chunk);
      else reject(tooLarge(maxBytes));
    });
    request.on('end', () => resolve(body.whole()));
  });
}

/** So much of a body has to be there before room is made for all that it is said to have. */
const TRUSTED_BYTES = 1024 * 1024;

/** A body as it arrives. Long ones are put together on the way: in the end that would hold up everybody. */
class GrowingBody {
  readonly #announcedBytes: number;
  #chunks: Buffer[] = [];
  #length = 0;
  #room: Buffer | undefined;

  constructor(announcedBytes: number) {
    this.#announcedBytes = announcedBytes;
  }

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    // More than was announced: what is there becomes the first of the chunks again.
    if (this.#room !== undefined && this.#length + chunk.length > this.#announcedBytes) {
      this.#chunks = [this.#room.subarray(0, this.#length)];
      this.#room = undefined;
    }
    if (this.#room === undefined) this.#chunks.push(chunk);
    else chunk.copy(this.#room, this.#length);
    this.#length += chunk.length;
    if (this.#room === undefined && this.#length > TRUSTED_BYTES && this.#announcedBytes >= this.#length) this.#move();
  }

  whole(): Buffer {
    const [first] = this.#chunks;
    if (this.#room !== undefined) return this.#room.subarray(0, this.#length);
    return first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
  }

  #move(): void {
    this.#room = Buffer.allocUnsafe(this.#announcedBytes);
    let at = 0;
    for (const chunk of this.#chunks) at += chunk.copy(this.#room, at);
    this.#chunks = [];
  }
}

function tooLarge(maxBytes: number): SthenoError {
  return new SthenoError('resource_exhausted', { message: `the request body is larger than ${maxBytes} bytes` });
}
