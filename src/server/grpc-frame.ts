import { SthenoError } from '../errors.ts';

/** A frame is one byte of flags, four of length, big endian, and the payload. */
export const FRAME_HEADER_BYTES = 5;
const COMPRESSED = 0x01;

/** Puts a message into a frame. */
export function frame(payload: Uint8Array, flags: number): Buffer {
  const framed = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.byteLength);
  framed.set(payload, FRAME_HEADER_BYTES);
  writeFrameHeader(framed, flags);
  return framed;
}

/** Completes a frame whose payload is there. */
export function writeFrameHeader(framed: Buffer, flags: number): void {
  framed[0] = flags;
  framed.writeUInt32BE(framed.byteLength - FRAME_HEADER_BYTES, 1);
}

/**
 * The message of a unary request's body, compressed or not.
 * @throws SthenoError if there is no message, more than one, half a one, or one of a kind that is not spoken
 */
export function onlyMessage(body: Buffer): { readonly payload: Buffer; readonly compressed: boolean } {
  if (body.byteLength === 0) throw new SthenoError('unimplemented', { message: 'unary request has zero messages' });
  if (body.byteLength < FRAME_HEADER_BYTES) throw incompleteFrame();
  const end = FRAME_HEADER_BYTES + body.readUInt32BE(1);
  if (body.byteLength < end) throw incompleteFrame();
  if (body.byteLength > end) throw multipleMessages();
  return { payload: body.subarray(FRAME_HEADER_BYTES, end), compressed: isCompressed(body) };
}

/**
 * The messages of a body of any length, not compressed, one by one as they come.
 * @throws SthenoError as soon as a frame is too large, or of a kind that is not spoken, and for half a one in the end
 */
export async function* messagesOf(body: AsyncIterable<Buffer>, maxMessageBytes: number): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let wantedBytes = FRAME_HEADER_BYTES;
  for await (const chunk of body) {
    waiting.push(chunk);
    waitingBytes += chunk.byteLength;
    while (waitingBytes >= wantedBytes) {
      const frames = Buffer.concat(waiting);
      const end = frameEnd(frames, maxMessageBytes);
      wantedBytes = waitingBytes < end ? end : FRAME_HEADER_BYTES;
      waiting = [waitingBytes < end ? frames : frames.subarray(end)];
      if (waitingBytes < end) break;
      waitingBytes -= end;
      yield frames.subarray(FRAME_HEADER_BYTES, end);
    }
  }
  if (waitingBytes > 0) throw incompleteFrame();
}

/** Where a frame ends whose header is there. */
function frameEnd(head: Buffer, maxMessageBytes: number): number {
  if (isCompressed(head)) throw compressedWithoutEncoding();
  const messageBytes = head.readUInt32BE(1);
  if (messageBytes > maxMessageBytes) throw messageTooLarge(messageBytes, maxMessageBytes);
  return FRAME_HEADER_BYTES + messageBytes;
}

function isCompressed(head: Buffer): boolean {
  const flags = head[0] ?? 0; // there is a first byte
  if ((flags & ~COMPRESSED) === 0) return flags === COMPRESSED;
  throw new SthenoError('internal', { message: `protocol error: invalid frame flags ${flags}` });
}

/** A frame says that it is compressed, and no header how. */
export function compressedWithoutEncoding(): SthenoError {
  return new SthenoError('internal', { message: 'protocol error: compressed message without grpc-encoding' });
}

/**
 * Tells early of a body that cannot be read: its message is too large, or more follows it.
 * @throws SthenoError
 */
export function refuseOversized(head: Buffer, receivedBytes: number, maxMessageBytes: number): void {
  if (head.byteLength < FRAME_HEADER_BYTES) {
    if (receivedBytes > maxMessageBytes) throw messageTooLarge(undefined, maxMessageBytes);
    return;
  }
  const messageBytes = head.readUInt32BE(1);
  if (messageBytes > maxMessageBytes) throw messageTooLarge(messageBytes, maxMessageBytes);
  if (receivedBytes > FRAME_HEADER_BYTES + messageBytes) throw multipleMessages();
}

/** The size of a message is beyond the configured limit; undefined: it is not known how far. */
export function messageTooLarge(messageBytes: number | undefined, maxBytes: number): SthenoError {
  const size = messageBytes === undefined ? '' : ` ${messageBytes}`;
  return new SthenoError('resource_exhausted', {
    message: `message size${size} is larger than the limit of ${maxBytes} bytes`,
  });
}

function multipleMessages(): SthenoError {
  return new SthenoError('unimplemented', { message: 'unary request has multiple messages' });
}

function incompleteFrame(): SthenoError {
  return new SthenoError('invalid_argument', { message: 'protocol error: incomplete message' });
}
