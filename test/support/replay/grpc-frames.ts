import { gunzipSync, gzipSync } from 'node:zlib';

const PREFIX_BYTES = 5;
const COMPRESSED = 0x01;
const TRAILERS = 0x80;

export interface Frame {
  readonly flags: number;
  /** Unpacked, if it was compressed. */
  readonly payload: Buffer;
}

export function encodeFrame(message: Uint8Array, { isCompressed = false } = {}): Buffer {
  const payload = isCompressed ? gzipSync(message) : Buffer.from(message);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix[0] = isCompressed ? COMPRESSED : 0;
  prefix.writeUInt32BE(payload.length, 1);
  return Buffer.concat([prefix, payload]);
}

/** The frames that are complete. */
export function decodeFrames(body: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let offset = 0; offset + PREFIX_BYTES <= body.length; ) {
    const end = offset + PREFIX_BYTES + body.readUInt32BE(offset + 1);
    if (end > body.length) break;
    const flags = body.readUInt8(offset);
    const payload = body.subarray(offset + PREFIX_BYTES, end);
    frames.push({ flags, payload: flags & COMPRESSED ? gunzipSync(payload) : payload });
    offset = end;
  }
  return frames;
}

/** A frame as recordings show it: the frame of gRPC-Web that stands for trailers taken apart. */
export function showFrame({ flags, payload }: Frame, { isJson }: { isJson: boolean }): object {
  if (flags & TRAILERS) return { flags, trailers: parseTrailers(payload.toString('latin1')) };
  return isJson ? { flags, json: JSON.parse(payload.toString()) } : { flags, base64: payload.toString('base64') };
}

function parseTrailers(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
