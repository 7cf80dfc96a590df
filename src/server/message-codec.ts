import { type DescMessage, fromBinary, fromJson, type MessageShape, toBinary, toJsonString } from '@bufbuild/protobuf';
import { InvalidArgumentError } from '../errors.ts';
import type { Codec } from './content-type.ts';
import { parseStrictJson } from './strict-json.ts';

/**
 * Reads a message. Unknown fields are ignored in both codecs (contract: gRPC §1.2).
 * @throws InvalidArgumentError with a message that starts `unmarshal message: `
 */
export function decodeMessage<Desc extends DescMessage>(
  desc: Desc,
  codec: Codec,
  bytes: Uint8Array,
): MessageShape<Desc> {
  try {
    if (codec === 'proto') return fromBinary(desc, bytes);
    return fromJson(desc, parseStrictJson(bytes), { ignoreUnknownFields: true });
  } catch (cause) {
    throw new InvalidArgumentError({ message: `unmarshal message: ${(cause as Error).message}`, cause }); // both throw Errors only
  }
}

/** Writes a message. JSON as the protobuf mapping says: lowerCamelCase, without default values. */
export function encodeMessage<Desc extends DescMessage>(
  desc: Desc,
  codec: Codec,
  message: MessageShape<Desc>,
): Uint8Array {
  return codec === 'proto' ? toBinary(desc, message) : Buffer.from(toJsonString(desc, message));
}
