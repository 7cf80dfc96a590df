import { fromBinary, fromJson, type Message, toBinary, toJsonString } from '@bufbuild/protobuf';
import { InvalidArgumentError } from '../errors.ts';
import type { Codec } from './content-type.ts';
import type { RpcMethod } from './rpc-method.ts';
import { parseStrictJson } from './strict-json.ts';

/**
 * Reads a method's request. Unknown fields are ignored in both codecs (contract: gRPC §1.2).
 * @throws InvalidArgumentError with a message that starts `unmarshal message: `
 */
export function decodeRequest({ descriptor, types }: RpcMethod, codec: Codec, bytes: Uint8Array): Message {
  try {
    if (codec === 'proto') return fromBinary(descriptor.input, bytes);
    return fromJson(descriptor.input, parseStrictJson(bytes), { ignoreUnknownFields: true, registry: types });
  } catch (cause) {
    throw new InvalidArgumentError({ message: `unmarshal message: ${(cause as Error).message}`, cause }); // both throw Errors only
  }
}

/** Writes a method's response. JSON as the protobuf mapping says: lowerCamelCase, without default values. */
export function encodeResponse({ descriptor, types }: RpcMethod, codec: Codec, message: Message): Uint8Array {
  if (codec === 'proto') return toBinary(descriptor.output, message);
  return Buffer.from(toJsonString(descriptor.output, message, { registry: types }));
}
