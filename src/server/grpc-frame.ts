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
  const flags = body[0] ?? 0; // there is a first byte
  if ((flags & ~COMPRESSED) !== 0) {
    throw new SthenoError('internal', { message: `protocol error: invalid frame flags ${flags}` });
  }
  return { payload: body.subarray(FRAME_HEADER_BYTES, end), compressed: flags === COMPRESSED };
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
